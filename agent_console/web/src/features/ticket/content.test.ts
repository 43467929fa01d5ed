import { describe, expect, it } from "vitest";
import { EMPTY, faults, LANGUAGES } from "./content";

describe("faults", () => {
  it("marks what the server would refuse", () => {
    expect(faults(EMPTY)).toEqual([]);
    expect(faults({ ...EMPTY, division: "12" })).toEqual(["division"]);
    expect(faults({ ...EMPTY, title: "𠮷".repeat(101) })).toEqual(["title"]);
  });

  it("takes languages from the list and tags, and no other words", () => {
    for (const language of [...LANGUAGES, "zh-CN", "zh-yue-HK"]) expect(faults({ ...EMPTY, language })).toEqual([]);
    for (const language of ["四川话", "zh_CN", "zh-", "x".repeat(9)]) expect(faults({ ...EMPTY, language })).toEqual(["language"]);
  });
});
