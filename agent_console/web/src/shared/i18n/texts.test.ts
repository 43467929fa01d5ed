import { describe, expect, it } from "vitest";
import { CATALOGUES, type TextKey, translator, wordText } from "./texts";

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe("the catalogue", () => {
  it("has the same keys in both languages", () => {
    expect(Object.keys(CATALOGUES.en).sort()).toEqual(Object.keys(CATALOGUES["zh-CN"]).sort());
  });

  it("names the same parameters in both languages, and leaves no text empty", () => {
    for (const key of Object.keys(CATALOGUES.en) as TextKey[]) {
      expect(CATALOGUES.en[key], key).not.toBe("");
      expect(placeholders(CATALOGUES.en[key]), key).toEqual(placeholders(CATALOGUES["zh-CN"][key]));
    }
  });

  it("fills parameters in and keeps what it was not given", () => {
    const t = translator("en");
    expect(t("seat.takenBy", { seat: "s1" })).toBe("{agent} is signed in to s1.");
  });

  it("shows a word it does not know as it is", () => {
    expect(wordText(translator("en"), "queue", "general")).toBe("General advice");
    expect(wordText(translator("en"), "queue", "pensions")).toBe("pensions");
  });
});
