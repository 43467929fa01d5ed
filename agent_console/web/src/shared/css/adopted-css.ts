/**
 * Stands in for `@rc-component/util/Dom/dynamicCSS` (see vite.config.ts): the one door through which Ant Design
 * writes CSS at run time. It would insert <style> elements, which `style-src 'self'` refuses; these are
 * constructed style sheets, which belong to the script that made them and need no exception in the policy.
 */
const ATTRIBUTE = "data-css-key";

interface Entry {
  readonly sheet: CSSStyleSheet;
  readonly element: HTMLStyleElement;
  css: string;
}

const entries = new Map<string, Entry>();

interface Options {
  readonly mark?: string;
}

const keyOf = (key: string, options: Options = {}) => `${options.mark ?? ""} ${key}`;

function add(id: string, css: string): Entry {
  const sheet = new CSSStyleSheet();
  // Never put into the document: callers only want something to hang attributes on.
  const element = document.createElement("style");
  element.setAttribute(ATTRIBUTE, id);
  const entry = { sheet, element, css };
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  entries.set(id, entry);
  return entry;
}

/** Adds or replaces the rules known by `key`. */
export function updateCSS(css: string, key: string, options?: Options): HTMLStyleElement {
  const id = keyOf(key, options);
  const entry = entries.get(id) ?? add(id, css);
  if (entry.css !== css) {
    entry.sheet.replaceSync(css);
    entry.css = css;
  }
  return entry.element;
}

let anonymous = 0;

/** Adds rules that nobody will change. */
export function injectCSS(css: string): HTMLStyleElement {
  anonymous += 1;
  return add(`anonymous ${anonymous}`, css).element;
}

/** Takes the rules known by `key` away. */
export function removeCSS(key: string, options?: Options): void {
  const id = keyOf(key, options);
  const entry = entries.get(id);
  if (entry === undefined) return;
  entries.delete(id);
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== entry.sheet);
}

/** Part of the replaced module's face; nothing is cached by container here. */
export function clearContainerCache(): void {
  // Nothing to forget.
}
