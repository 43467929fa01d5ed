import { useEffect, useRef } from "react";

/** "Ctrl+S", "Alt+1", "?": a key without a modifier counts only outside of fields. */
export type Shortcuts = Readonly<Record<string, (() => void) | undefined>>;

const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

export function keyName(event: Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey" | "code" | "key">): string {
  const modifier = event.ctrlKey || event.metaKey ? "Ctrl+" : event.altKey ? "Alt+" : "";
  // With Alt a layout may print another sign: the key's place counts.
  const key = modifier === "" ? event.key : event.code.replace(/^(Key|Digit)/, "");
  return modifier + key;
}

export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const name = keyName(event);
      if (!(name in current.current) || event.isComposing) return;
      if (!name.includes("+") && event.target instanceof Element && event.target.matches(FIELDS)) return;
      // Also when the action is not possible now: the browser's own (save the page …) would only confuse.
      event.preventDefault();
      current.current[name]?.();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
