import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^@\//, replacement: at("src/") },
      // Ant Design's style elements would be refused by the page's CSP: see src/shared/css/adopted-css.ts.
      { find: /^.*\/Dom\/dynamicCSS(\.js)?$/, replacement: at("src/shared/css/adopted-css.ts") },
    ],
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
});
