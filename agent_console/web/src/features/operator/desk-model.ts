/**
 * An operator's desk: what the stream says of the seat, and what has been asked for and is not confirmed yet. Pure.
 *
 * The server is the truth: a click makes a request and `asked`; the seat's state on the screen changes only when the
 * stream says so. `asked` is over when the seat on the stream is as new as the one in the reply.
 */
import type { Caller } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { type Call, Call_State } from "@/shared/gen/hotline/router/v1/call_pb";
import { type Seat, Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import type { Live } from "@/shared/live/live-model";
import type { Problem } from "@/shared/rpc/problem";
import { timeMs } from "@/shared/time/spans";

export const NOT_READY_REASONS = ["break", "meal", "training", "meeting", "paperwork"] as const;
export const WRAP_UP_EXTENSION_MS = 60_000;

export type Wish =
  | { readonly kind: "signIn"; readonly ready: boolean }
  | { readonly kind: "signOut" }
  | { readonly kind: "setReady" }
  | { readonly kind: "setNotReady"; readonly reason: string }
  | { readonly kind: "extendWrapUp" };

export interface Desk {
  readonly asked?: { readonly wish: Wish; readonly reply?: Seat } | undefined;
  readonly problem?: Problem | undefined;
}

export type DeskEvent =
  | { readonly kind: "asked"; readonly wish: Wish }
  | { readonly kind: "replied"; readonly seat: Seat | undefined }
  | { readonly kind: "refused"; readonly problem: Problem };

export function reduceDesk(desk: Desk, event: DeskEvent): Desk {
  switch (event.kind) {
    case "asked":
      return { asked: { wish: event.wish } };
    case "replied":
      return event.seat && desk.asked ? { asked: { ...desk.asked, reply: event.seat } } : {};
    case "refused":
      return { problem: event.problem };
  }
}

export interface OfferView {
  readonly call: Call;
  readonly caller: Caller | undefined;
}

export interface DeskSnapshot {
  readonly seat: Seat | undefined;
  /** True: nobody, or somebody else, is signed in to the seat. */
  readonly absent: boolean;
  /** Somebody else who is. */
  readonly takenBy: string | undefined;
  readonly offer: OfferView | undefined;
  readonly talk: OfferView | undefined;
  readonly wrapUpEnd: number | undefined;
  readonly pending: boolean;
  /** What happens when the call is over. */
  readonly planned: Wish | undefined;
  readonly problem: Problem | undefined;
  readonly may: Readonly<Record<Wish["kind"], boolean>>;
}

const isAsNew = (seat: Seat | undefined, reply: Seat) =>
  seat !== undefined && (timeMs(seat.stateTime) ?? 0) >= (timeMs(reply.stateTime) ?? 0);

const TALKS: ReadonlySet<Seat_State | undefined> = new Set([Seat_State.OFFERED, Seat_State.ON_CALL]);

export function deskSnapshot(desk: Desk, live: Live, account: string): DeskSnapshot {
  const { seat, call, caller } = live;
  const state = seat?.state;
  const signedOut = state === undefined || state === Seat_State.SIGNED_OUT || state === Seat_State.UNSPECIFIED;
  const takenBy = !signedOut && seat !== undefined && seat.agent !== account ? seat.agent : undefined;
  const absent = signedOut || takenBy !== undefined;
  const { wish, reply } = desk.asked ?? {};
  const confirmed = reply !== undefined && isAsNew(seat, reply);
  const pending = desk.asked !== undefined && !confirmed;
  const later = confirmed && (wish?.kind === "setNotReady" || wish?.kind === "signOut");
  const here = live.known && !absent && !pending;
  const onCall = TALKS.has(state);
  const view = call && { call, caller: caller?.callId === call.request?.callId ? caller : undefined };
  const talks = call?.state === Call_State.CONNECTED || call?.state === Call_State.HELD;
  return {
    seat,
    absent,
    takenBy,
    offer: !absent && state === Seat_State.OFFERED ? view : undefined,
    talk: !absent && state === Seat_State.ON_CALL && talks ? view : undefined,
    wrapUpEnd: !absent && state === Seat_State.WRAP_UP ? timeMs(seat?.wrapUpEndTime) : undefined,
    pending,
    planned: later && onCall ? wish : undefined,
    problem: desk.problem,
    may: {
      signIn: live.known && absent && takenBy === undefined && !pending,
      signOut: here,
      setReady: here && state !== Seat_State.READY && !onCall,
      setNotReady: here && state !== Seat_State.OFFERED,
      extendWrapUp: here && state === Seat_State.WRAP_UP,
    },
  };
}
