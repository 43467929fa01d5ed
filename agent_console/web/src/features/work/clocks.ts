/** What is owed until when, and how that looks. Pure. */
import type { Ticket, TicketClock } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { TextKey } from "@/shared/i18n/texts";
import { timeMs } from "@/shared/time/spans";
import type { Tone } from "@/shared/ui/badge";
import type { ShapeName } from "@/shared/ui/shapes";

/** A right to give it back, papers that are waited for, a pause: nobody owes anything until their end. */
const NOT_OWED = new Set(["return", "wait_info", "suspension"]);
const SOON_MS = 24 * 3_600_000;

export interface ClockView {
  readonly kind: string;
  readonly limit: string;
  readonly due: number | undefined;
  readonly earlier: readonly number[];
  /** The word for how it stands; the colour only repeats it. */
  readonly text: TextKey;
  readonly tone: Tone;
  readonly shape: ShapeName;
  readonly stage: string;
}

function standing(clock: TicketClock, due: number | undefined, now: number): readonly [TextKey, Tone, ShapeName] {
  const done = timeMs(clock.doneTime);
  if (done !== undefined) return due !== undefined && done > due ? ["clockState.doneLate", "warn", "check"] : ["clockState.done", "ok", "check"];
  if (clock.stopTime) return ["clockState.stopped", "idle", "bars"];
  if (due === undefined) return ["clockState.running", "busy", "ring"];
  if (due < now) return ["clockState.overdue", "bad", "diamond"];
  return due - now < SOON_MS ? ["clockState.soon", "warn", "up"] : ["clockState.running", "busy", "ring"];
}

export function viewOf(clock: TicketClock, now: number): ClockView {
  const due = timeMs(clock.dueTime);
  const [text, tone, shape] = standing(clock, due, now);
  const earlier = clock.earlierDueTimes.map((time) => timeMs(time) ?? 0);
  return { kind: clock.kind, limit: clock.limit, due, earlier, text, tone, shape, stage: clock.stage === "none" ? "" : clock.stage };
}

/** The first thing that somebody owes now; undefined: nothing. */
export function nextClock(ticket: Ticket): { readonly clock: TicketClock; readonly due: number } | undefined {
  let next: { clock: TicketClock; due: number } | undefined;
  if (ticket.closeTime) return undefined;
  for (const clock of ticket.clocks) {
    const due = timeMs(clock.dueTime);
    if (due === undefined || clock.doneTime || clock.stopTime || NOT_OWED.has(clock.kind)) continue;
    if (next === undefined || due < next.due) next = { clock, due };
  }
  return next;
}
