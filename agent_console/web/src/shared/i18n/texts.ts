/** The one catalogue of everything a person reads: typed keys, two languages, no text outside of it. */
import { en } from "./en";
import { zhCN } from "./zh-cn";

export type TextKey = keyof typeof zhCN;
export type Catalogue = Readonly<Record<TextKey, string>>;
export type Language = "zh-CN" | "en";
export type Params = Readonly<Record<string, string | number>>;
/** Looks a text up and fills `{name}` in. */
export type Translate = (key: TextKey, params?: Params) => string;

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { "zh-CN": zhCN, en };

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { "zh-CN": "中文", en: "English" };

export function translator(language: Language): Translate {
  const catalogue = CATALOGUES[language];
  return (key, params = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      return value === undefined ? whole : String(value);
    });
}

type WordGroup = "queue" | "reason" | "entry" | "group" | "language" | "level" | "clock" | "stage" | "step" | "input" | "choice";

/** The text of a word the server chose (a queue, a reason …), or the word itself if the catalogue has none. */
export function wordText(t: Translate, group: WordGroup, word: string): string {
  const key = `${group}.${word}`;
  return key in zhCN ? t(key as TextKey) : word;
}
