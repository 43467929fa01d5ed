import { describe, expect, it } from "vitest";
import { keyName } from "./use-shortcuts";

const pressed = (key: string, code: string, more: Partial<Record<"ctrlKey" | "altKey" | "metaKey", boolean>> = {}) =>
  keyName({ key, code, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe("a shortcut's name", () => {
  it("is the key's place with a modifier, the sign without", () => {
    expect(pressed("s", "KeyS", { ctrlKey: true })).toBe("Ctrl+S");
    expect(pressed("®", "KeyR", { altKey: true })).toBe("Alt+R");
    expect(pressed("1", "Digit1", { altKey: true })).toBe("Alt+1");
    expect(pressed("s", "KeyS", { metaKey: true })).toBe("Ctrl+S");
    expect(pressed("?", "Slash")).toBe("?");
  });
});
