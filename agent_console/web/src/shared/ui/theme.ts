import type { ThemeConfig } from "antd";

/** Ant Design's tokens, grown with the page's own letters (`fontSize`, px: bigger on a wall screen); the same colours stand in base.css. Text on every fill reaches 4.5:1. */
export const themeFor = (fontSize: number): ThemeConfig => ({
  cssVar: { key: "hotline" },
  hashed: false,
  components: { Select: { multipleItemColorDisabled: "#465565" } },
  token: {
    // Eight hours in front of it: nothing moves that need not.
    motion: false,
    colorPrimary: "#0b5394",
    colorLink: "#0b5394",
    colorError: "#b3261e",
    colorWarning: "#8a5300",
    colorSuccess: "#00694e",
    colorText: "#1b2733",
    colorTextSecondary: "#465565",
    colorTextDescription: "#465565",
    colorTextPlaceholder: "#5b6a79",
    colorTextDisabled: "#4a5866",
    colorBorder: "#8795a3",
    borderRadius: 4,
    controlHeight: Math.round(fontSize * 2.15),
    fontSize,
    fontFamily: "inherit",
  },
});
