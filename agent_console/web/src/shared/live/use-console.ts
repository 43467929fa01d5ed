import { useEffect, useMemo, useState } from "react";
import { clients } from "@/shared/rpc/clients";
import { useClock } from "@/shared/time/use-now";
import { type Live, UNKNOWN, reduceLive } from "./live-model";
import { createStore, useStore } from "./store";
import { watchConsole } from "./watch-console";

export interface Watched {
  readonly live: Live;
  /** Tries at once instead of waiting. */
  retry(): void;
}

/** The tab's one stream: an operator's seat, or the whole area. */
export function useConsole(seatId: string, area: boolean, signedOut: () => void): Watched {
  const clock = useClock();
  const [round, setRound] = useState(0);
  // Another seat begins with nothing known; another try does not.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const store = useMemo(() => createStore(UNKNOWN, reduceLive), [seatId, area]);
  useEffect(
    () =>
      watchConsole({
        open: (signal) => clients().watch.watchConsole({ seatId, area }, { signal, timeoutMs: 0 }),
        send: store.send,
        signedOut,
        clock,
        random: Math.random,
      }),
    [seatId, area, signedOut, clock, store, round],
  );
  return { live: useStore(store), retry: () => setRound((count) => count + 1) };
}
