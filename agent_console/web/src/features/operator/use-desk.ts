import { useMemo } from "react";
import type { Seat } from "@/shared/gen/hotline/router/v1/seat_pb";
import type { Live } from "@/shared/live/live-model";
import { createStore, useStore } from "@/shared/live/store";
import { clients } from "@/shared/rpc/clients";
import { problemOf } from "@/shared/rpc/problem";
import { CLICK_PATIENCE_MS, submit } from "@/shared/rpc/submit";
import { useClock } from "@/shared/time/use-now";
import { type Desk, type DeskSnapshot, WRAP_UP_EXTENSION_MS, type Wish, deskSnapshot, reduceDesk } from "./desk-model";

const NOTHING_ASKED: Desk = {};
/**
 * The gateway speaks for the seat as long as a page of its agent is open (WatchHub::kSeatInterval, 15 s); after this
 * long without one the router offers it no call. Longer than a reload, a crashed browser or a gateway's restart takes.
 */
const HEARTBEAT_TIMEOUT_S = 60n;

/** Asks the router; what it answers is only a receipt. */
function send(wish: Wish, seatId: string, agent: string, requestId: string): Promise<{ seat?: Seat | undefined }> {
  const { seat } = clients();
  const request = { requestId, seatId };
  switch (wish.kind) {
    case "signIn":
      return seat.signIn({ ...request, agent, ready: wish.ready, heartbeatTimeout: { seconds: HEARTBEAT_TIMEOUT_S, nanos: 0 } });
    case "signOut":
      return seat.signOut(request);
    case "setReady":
      return seat.setReady(request);
    case "setNotReady":
      return seat.setNotReady({ ...request, reason: wish.reason });
    case "extendWrapUp":
      return seat.extendWrapUp({ ...request, extension: { seconds: BigInt(WRAP_UP_EXTENSION_MS / 1000), nanos: 0 } });
  }
}

/** What can be done at the desk now; what cannot is undefined. */
export interface DeskActions {
  readonly signIn?: ((ready: boolean) => void) | undefined;
  readonly signOut?: (() => void) | undefined;
  readonly setReady?: (() => void) | undefined;
  readonly setNotReady?: ((reason: string) => void) | undefined;
  readonly extendWrapUp?: (() => void) | undefined;
}

export function useDesk(live: Live, seatId: string, account: string): readonly [DeskSnapshot, DeskActions] {
  const clock = useClock();
  // One desk per seat: what was asked of the seat before is nothing to this one.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const store = useMemo(() => createStore(NOTHING_ASKED, reduceDesk), [seatId]);
  const desk = useStore(store);
  const snapshot = useMemo(() => deskSnapshot(desk, live, account), [desk, live, account]);
  const wish = (wanted: Wish) => {
    store.send({ kind: "asked", wish: wanted });
    submit((requestId) => send(wanted, seatId, account, requestId), CLICK_PATIENCE_MS, clock).then(
      ({ seat }) => store.send({ kind: "replied", seat }),
      (error: unknown) => store.send({ kind: "refused", problem: problemOf(error) }),
    );
  };
  const { may } = snapshot;
  return [
    snapshot,
    {
      signIn: may.signIn ? (ready) => wish({ kind: "signIn", ready }) : undefined,
      signOut: may.signOut ? () => wish({ kind: "signOut" }) : undefined,
      setReady: may.setReady ? () => wish({ kind: "setReady" }) : undefined,
      setNotReady: may.setNotReady ? (reason) => wish({ kind: "setNotReady", reason }) : undefined,
      extendWrapUp: may.extendWrapUp ? () => wish({ kind: "extendWrapUp" }) : undefined,
    },
  ];
}
