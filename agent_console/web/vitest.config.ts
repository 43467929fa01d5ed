import { mergeConfig } from "vitest/config";
import viteConfig from "./vite.config";

// Models and catalogues. The pages in a browser: vitest.pages.config.ts.
export default mergeConfig(viteConfig, {
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node", restoreMocks: true, setupFiles: ["tests/setup.ts"] },
});
