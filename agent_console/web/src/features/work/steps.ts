/** The steps a ticket can take, as the service tells them, and what a person fills in for one. Pure. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { AdvanceTicketRequestSchema, TicketStep, TicketStep_Input } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { type TextKey, type Translate, wordText } from "@/shared/i18n/texts";

/** What was filled in, by the fields of AdvanceTicketRequest; "yes" is "yes" or nothing. */
export type Filled = Readonly<Record<string, string>>;

/** What is written is changed at the desk, where drafts and conflicts are looked after. */
const ELSEWHERE = new Set(["edit", "unmask"]);
const MARKS: readonly { readonly field: string; readonly choices: readonly string[] }[] = [
  { field: "priority", choices: ["P1", "P2", "P3"] },
  { field: "secrecy", choices: ["ordinary", "confidential", "strict"] },
  {
    field: "matter",
    choices: ["none", "consult", "help", "suggestion", "lawyer_complaint", "wage_arrears", "legal_aid", "complex", "web_consult"],
  },
];

export interface StepView {
  readonly key: string;
  readonly act: string;
  readonly what: string;
  readonly text: string;
  readonly inputs: readonly Pick<TicketStep_Input, "field" | "required" | "choices">[];
  /** The server's sentence about what is missing yet. */
  readonly missing: string;
}

/** The steps that are open to this person now, in the order of the life cycle. */
export function openSteps(steps: readonly TicketStep[], t: Translate): readonly StepView[] {
  return steps
    .filter((step) => step.allowed && !ELSEWHERE.has(step.act))
    .map(({ act, what, inputs, reason }) => {
      const key = what === "" ? act : `${act}_${what}`;
      const marks = MARKS.map((mark) => ({ ...mark, required: false, choices: [...mark.choices] }));
      return { key, act, what, text: wordText(t, "step", key), inputs: act === "classify" ? marks : inputs, missing: reason };
    });
}

export const mayUnmask = (steps: readonly TicketStep[]): boolean => steps.some((step) => step.act === "unmask" && step.allowed);

/** Where the form begins: marks as they stand. */
export function initialOf(step: StepView, ticket: Ticket): Filled {
  if (step.act !== "classify") return {};
  const { priority = "", secrecy = "", matter = "" } = ticket.marks ?? {};
  return { priority, secrecy, matter };
}

/** The fields that must be filled in and are not. */
export const missingIn = (step: StepView, filled: Filled): readonly string[] =>
  step.inputs.filter(({ field, required }) => required && (filled[field] ?? "").trim() === "").map(({ field }) => field);

/** "stn-a@/city/x/a" or "stn-a /city/x/a": a unit and its place in the tree. */
function unitOf(text: string): { org: string; path: string } {
  const [org = "", path = ""] = text.trim().split(/[@\s]+/u);
  return { org, path };
}

/** Where a path is missing the service would not know who may see the ticket. */
export const isUnit = (text: string): boolean => text.trim() === "" || /^[^@\s]+[@\s]+\/\S+$/u.test(text.trim());

export function advanceOf(step: StepView, filled: Filled, ticket: Ticket): Omit<MessageInitShape<typeof AdvanceTicketRequestSchema>, "requestId" | "$typeName"> {
  const value = (field: string) => (filled[field] ?? "").trim();
  const unit = value("unit");
  const fallback = value("fallback");
  const time = value("time");
  return {
    ticketNo: ticket.ticketNo,
    version: ticket.version,
    act: step.act,
    what: step.what === "" ? value("what") : step.what,
    reason: value("reason"),
    text: value("text"),
    other: value("other"),
    limit: value("limit"),
    yes: unit !== "" || value("yes") === "yes",
    number: Number.parseInt(value("number"), 10) || 0,
    ...(unit === "" ? {} : { unit: unitOf(unit) }),
    ...(fallback === "" ? {} : { fallback: unitOf(fallback) }),
    ...(time === "" ? {} : { time: timestampFromMs(new Date(time).getTime()) }),
  };
}

/** How a field is called: for what a step asks under "other", the step itself says. */
export function inputText(t: Translate, step: StepView, field: string): string {
  const own = `${field}.${step.act}`;
  const word = wordText(t, "input", own);
  return word === own ? t(`input.${field}` as TextKey) : word;
}
