import { useState } from "react";
import { clients } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";
import { CLICK_PATIENCE_MS, submit } from "@/shared/rpc/submit";
import { useClock } from "@/shared/time/use-now";

/** The reason a seat shows when its supervisor set it not ready. */
const REASON = "supervisor";

export interface SeatOrder {
  readonly kind: "notReady" | "signOut";
  readonly seatId: string;
}

/** What a supervisor orders of a seat: asked for, confirmed, sent. The stream shows what became of it. */
export function useSeatOrders() {
  const clock = useClock();
  const [asked, setAsked] = useState<SeatOrder>();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const carryOut = async ({ kind, seatId }: SeatOrder) => {
    setPending(true);
    setProblem(undefined);
    const { seat } = clients();
    try {
      await submit<unknown>(
        (requestId) =>
          kind === "signOut" ? seat.signOut({ requestId, seatId }) : seat.setNotReady({ requestId, seatId, reason: REASON }),
        CLICK_PATIENCE_MS,
        clock,
      );
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setPending(false);
    }
  };
  return {
    asked,
    pending,
    problem,
    ask: setAsked,
    cancel: () => setAsked(undefined),
    confirm: () => {
      setAsked(undefined);
      if (asked) void carryOut(asked);
    },
  };
}
