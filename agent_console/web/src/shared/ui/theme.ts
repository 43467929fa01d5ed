import type { ThemeConfig } from "antd";

/** Ant Design's tokens; the same colours stand in base.css. Text on every fill reaches 4.5:1. */
export const theme: ThemeConfig = {
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
    controlHeight: 30,
    fontSize: 14,
    fontFamily:
      '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", system-ui, sans-serif',
  },
};
