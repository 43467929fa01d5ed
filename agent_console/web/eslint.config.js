import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// Imports go one way: app may use features and shared, features may use shared, shared uses neither.
const oneWay = (files, ...forbidden) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [{ regex: `(^@/|\\.\\./)(${forbidden.join("|")})(/|$)`, message: "shared ← features ← app" }] },
    ],
  },
});

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/shared/gen"] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ["**/*.{ts,tsx}"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  },
  { files: ["**/*.{js,mjs}"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.{ts,tsx}"],
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      // Time comes from the injected clock.
      "no-restricted-properties": ["error", { object: "Date", property: "now", message: "use the Clock" }],
      "max-lines": ["error", { max: 200, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/**/*.tsx"], rules: { "max-lines": ["error", { max: 100 }] } },
  { files: ["src/shared/i18n/{en,zh-cn}.ts"], rules: { "max-lines": "off" } },
  { files: ["src/shared/time/clock.ts"], rules: { "no-restricted-properties": "off" } },
  oneWay(["src/shared/**"], "features", "app"),
  oneWay(["src/features/**"], "app"),
);
