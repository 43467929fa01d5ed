import { defineConfig } from "vitest/config";
import { fileURLToPath } from "node:url";

// The built pages (npm run build) in Chromium, against the fake console of tests/fake.
export default defineConfig({
  resolve: { alias: [{ find: /^@\//, replacement: fileURLToPath(new URL("src/", import.meta.url)) }] },
  test: {
    include: ["tests/pages/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
