import { defineConfig } from "vitest/config";
import pages from "./vitest.pages.config";

// The pages with a whole hotline behind them: HOTLINE_BUILD_DIR=…/build/asan npm run desk.
export default defineConfig({ ...pages, test: { ...pages.test, include: ["tests/desk/**/*.test.ts"], bail: 1 } });
