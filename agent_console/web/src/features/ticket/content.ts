/** What somebody writes in a ticket, as plain values that can be compared, stored and merged. */
import { Category, type TicketContent } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { TextKey } from "@/shared/i18n/texts";

export interface Content {
  readonly category: Category;
  readonly subcategory: string;
  readonly title: string;
  readonly demand: string;
  readonly answer: string;
  readonly groups: readonly string[];
  readonly citizenName: string;
  readonly division: string;
  readonly outcomes: readonly string[];
  readonly language: string;
  readonly confidential: boolean;
}

export type Field = keyof Content;

export const EMPTY: Content = {
  category: Category.UNSPECIFIED,
  subcategory: "",
  title: "",
  demand: "",
  answer: "",
  groups: [],
  citizenName: "",
  division: "",
  outcomes: [],
  language: "",
  confidential: false,
};

export const FIELDS = Object.keys(EMPTY) as readonly Field[];

export const CATEGORIES = [
  Category.ADVICE, Category.SERVICE, Category.MEDIATION, Category.PUBLICITY, Category.LEGAL_AID, Category.COMPLAINT,
] as const;
export const GROUPS = [
  "elderly", "disabled", "minor", "woman", "migrant_worker", "veteran", "low_income", "ethnic_minority",
] as const;
export const OUTCOMES: readonly string[] = Array.from({ length: 23 }, (_, i) => `B${String(i + 1).padStart(2, "0")}`);

/** What callers speak, most of all (ISO 639-3; BCP 47 tags are taken too). */
export const LANGUAGES = [
  "cmn", "yue", "wuu", "nan", "hak", "hsn", "gan", "cjy", "uig", "bod", "mon", "zha", "kor", "kaz", "iii", "csl", "eng",
] as const;
/** As the contract has it: parts of letters and digits. */
const LANGUAGE_TAG = /^[a-z0-9]{1,8}(-[a-z0-9]{1,8})*$/i;
const MAX_LANGUAGE = 35;

/** The most outcomes a ticket takes. */
export const MAX_OUTCOMES = 8;

/** Longest texts, in characters, as the contract has them. */
export const LIMITS = { title: 100, demand: 5000, answer: 5000, subcategory: 50, citizenName: 50 } as const;
export type LimitedField = keyof typeof LIMITS;

export const FIELD_TEXTS: Readonly<Record<Field, TextKey>> = {
  category: "ticket.category",
  subcategory: "ticket.subcategory",
  title: "ticket.subject",
  demand: "ticket.demand",
  answer: "ticket.answer",
  groups: "ticket.groups",
  citizenName: "ticket.citizenName",
  division: "ticket.division",
  outcomes: "ticket.outcomes",
  language: "ticket.language",
  confidential: "ticket.confidential",
};

/** The field's name in the contract, for update masks. */
export const FIELD_PATHS: Readonly<Record<Field, string>> = {
  category: "category",
  subcategory: "subcategory",
  title: "title",
  demand: "demand",
  answer: "answer",
  groups: "groups",
  citizenName: "citizen_name",
  division: "division",
  outcomes: "outcomes",
  language: "language",
  confidential: "confidential",
};

export function contentOf(message: TicketContent | undefined): Content {
  if (message === undefined) return EMPTY;
  const { category, subcategory, title, demand, answer, citizenName, division, language, confidential } = message;
  return {
    category, subcategory, title, demand, answer, citizenName, division, language, confidential,
    groups: [...message.groups],
    outcomes: [...message.outcomes],
  };
}

export function equal(a: Content[Field], b: Content[Field]): boolean {
  return typeof a === "object" && typeof b === "object"
    ? a.length === b.length && a.every((item, index) => item === b[index])
    : a === b;
}

export function differing(a: Content, b: Content): Field[] {
  return FIELDS.filter((field) => !equal(a[field], b[field]));
}

/** `base` with the `fields` of `from`. */
export function taking(base: Content, from: Content, fields: readonly Field[]): Content {
  return { ...base, ...Object.fromEntries(fields.map((field) => [field, from[field]])) };
}

/** Unicode characters, as the server counts them: 𠮷 is one. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Fields whose values the server would refuse. */
export function faults(content: Content): Field[] {
  const long = (Object.keys(LIMITS) as LimitedField[]).filter((field) => lengthOf(content[field]) > LIMITS[field]);
  const division: Field[] = content.division === "" || /^\d{6,12}$/.test(content.division) ? [] : ["division"];
  const { language } = content;
  const tag = language === "" || (language.length <= MAX_LANGUAGE && LANGUAGE_TAG.test(language));
  return [...long, ...division, ...(tag ? [] : (["language"] as const))];
}

/** What must be written before a ticket is closed on the spot. */
export function missingToClose(content: Content): Field[] {
  const missing: Field[] = [];
  if (content.category === Category.UNSPECIFIED) missing.push("category");
  if (content.outcomes.length === 0) missing.push("outcomes");
  if (content.answer.trim() === "") missing.push("answer");
  return missing;
}
