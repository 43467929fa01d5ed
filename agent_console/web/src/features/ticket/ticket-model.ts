/**
 * Writing one ticket: pure.
 *
 *   base    what the server last said, at `version`
 *   mine    what is on the screen; the fields that differ from base are unsaved
 *   theirs  a newer ticket whose changes touch the same fields: waits for a person's choice
 *
 * The server is the judge of conflicts: `version` goes along with every change, and an ABORTED one brings the
 * ticket as it stands. What others changed elsewhere in the ticket is taken over without a question.
 */
import { type Ticket, Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { Problem } from "@/shared/rpc/problem";
import { type Content, type Field, contentOf, differing, equal, faults, missingToClose, taking } from "./content";

export type Intent = "save" | "register" | "close";

export interface Writing {
  /** Absent while the ticket of a running call is being opened. */
  readonly ticket?: Ticket | undefined;
  readonly base: Content;
  readonly mine: Content;
  /** A newer ticket that changes what is unsaved here. */
  readonly theirs?: Ticket | undefined;
  /** True: the choice is put before the person now. */
  readonly choosing: boolean;
  readonly pending?: Intent | undefined;
  readonly problem?: Problem | undefined;
  readonly restored: boolean;
}

export type WritingEvent =
  | { readonly kind: "came"; readonly ticket: Ticket }
  | { readonly kind: "edited"; readonly change: Partial<Content> }
  | { readonly kind: "discarded" }
  | { readonly kind: "restored"; readonly base: Content; readonly mine: Content }
  | { readonly kind: "sent"; readonly intent: Intent }
  | { readonly kind: "done"; readonly ticket: Ticket }
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "aborted"; readonly current: Ticket }
  | { readonly kind: "postponed" }
  | { readonly kind: "chosen"; readonly keepMine: readonly Field[] };

export function startWriting(ticket?: Ticket): Writing {
  const base = contentOf(ticket?.content);
  return { ticket, base, mine: base, choosing: false, restored: false };
}

/** Fields both sides changed since `base`, differently. */
export function clashes(writing: Writing, theirs: Content): Field[] {
  return differing(writing.base, writing.mine).filter(
    (field) => !equal(theirs[field], writing.base[field]) && !equal(theirs[field], writing.mine[field]),
  );
}

/** Takes a newer ticket as the base; what is unsaved stays on the screen. */
function rebased(writing: Writing, ticket: Ticket): Writing {
  const theirs = contentOf(ticket.content);
  const mine = taking(theirs, writing.mine, differing(writing.base, writing.mine));
  return { ...writing, ticket, base: theirs, mine, theirs: undefined, choosing: false };
}

const isNewer = (writing: Writing, ticket: Ticket) =>
  writing.ticket === undefined || ticket.version > (writing.theirs ?? writing.ticket).version;

/** A newer ticket from elsewhere: taken over unless it touches what is unsaved. */
function came(writing: Writing, ticket: Ticket, choosing: boolean): Writing {
  const touched = clashes(writing, contentOf(ticket.content));
  return touched.length > 0 ? { ...writing, theirs: ticket, choosing } : rebased(writing, ticket);
}

export function reduceWriting(writing: Writing, event: WritingEvent): Writing {
  switch (event.kind) {
    case "came":
      return isNewer(writing, event.ticket) ? came(writing, event.ticket, writing.choosing) : writing;
    case "edited":
      return { ...writing, mine: { ...writing.mine, ...event.change }, problem: undefined };
    case "discarded":
      return { ...startWriting(writing.theirs ?? writing.ticket) };
    case "restored": {
      // A draft written on an older version: its changes are laid over the ticket as it stands.
      const kept = { ...writing, base: event.base, mine: event.mine, restored: true };
      return writing.ticket === undefined ? kept : came(kept, writing.ticket, false);
    }
    case "sent":
      return { ...writing, pending: event.intent, problem: undefined };
    case "done": {
      const { ticket, theirs } = writing;
      const newest = ticket !== undefined && ticket.version > event.ticket.version ? ticket : event.ticket;
      const settled = { ...rebased(writing, newest), pending: undefined, restored: false };
      // The stream may have shown our own change first, as if it were somebody else's.
      return theirs !== undefined && theirs.version > newest.version ? came(settled, theirs, writing.choosing) : settled;
    }
    case "refused":
      return { ...writing, pending: undefined, problem: event.problem };
    case "aborted":
      return { ...came(writing, event.current, true), pending: undefined };
    case "postponed":
      return { ...writing, choosing: false };
    case "chosen": {
      if (writing.theirs === undefined) return writing;
      const theirs = contentOf(writing.theirs.content);
      const givenUp = clashes(writing, theirs).filter((field) => !event.keepMine.includes(field));
      return rebased({ ...writing, mine: taking(writing.mine, theirs, givenUp) }, writing.theirs);
    }
  }
}

const OPEN = new Set([Ticket_State.DRAFT, Ticket_State.REGISTERED, Ticket_State.WAIT_INFO, Ticket_State.TO_DISPATCH,
  Ticket_State.DISPATCHED, Ticket_State.IN_PROGRESS, Ticket_State.REWORK]);

/** What the views show and may offer, derived. */
export interface WritingSnapshot extends Writing {
  readonly dirty: readonly Field[];
  readonly faults: readonly Field[];
  readonly missing: readonly Field[];
  readonly editable: boolean;
  readonly may: Readonly<Record<Intent, boolean>>;
}

export function snapshotOf(writing: Writing): WritingSnapshot {
  const dirty = differing(writing.base, writing.mine);
  const wrong = faults(writing.mine);
  const missing = missingToClose(writing.mine);
  const { ticket } = writing;
  const editable = ticket === undefined || OPEN.has(ticket.state);
  const calm = editable && writing.pending === undefined && wrong.length === 0;
  const draft = calm && ticket?.state === Ticket_State.DRAFT;
  return {
    ...writing,
    dirty,
    faults: wrong,
    missing,
    editable,
    may: { save: calm && dirty.length > 0, register: draft, close: draft && missing.length === 0 },
  };
}

