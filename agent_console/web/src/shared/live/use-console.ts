import { useEffect, useMemo, useState } from "react";
import { clients } from "@/shared/rpc/clients";
import { useClock } from "@/shared/time/use-now";
import { type Live, UNKNOWN, reduceLive } from "./live-model";
import { shareWatch } from "./shared-watch";
import { createStore, useStore } from "./store";
import { watchConsole } from "./watch-console";

/** What a page looks at. Tabs that look at the same share a stream. */
export interface View {
  readonly account: string;
  readonly seatId: string;
  readonly area: boolean;
}

export interface Watched {
  readonly live: Live;
  /** Tries at once instead of waiting. */
  retry(): void;
}

/** The page's stream: an operator's seat, or the whole area. */
export function useConsole({ account, seatId, area }: View, signedOut: () => void): Watched {
  const clock = useClock();
  const [round, setRound] = useState(0);
  // Another seat begins with nothing known; another try does not.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const store = useMemo(() => createStore(UNKNOWN, reduceLive), [account, seatId, area]);
  useEffect(
    () =>
      shareWatch({
        name: `hotline.watch ${account} ${area ? "area" : seatId}`,
        store,
        signedOut,
        watch: (send, over) =>
          watchConsole({
            open: (signal) => clients().watch.watchConsole({ seatId, area }, { signal, timeoutMs: 0 }),
            send,
            signedOut: over,
            clock,
            random: Math.random,
          }),
      }),
    [account, seatId, area, signedOut, clock, store, round],
  );
  return { live: useStore(store), retry: () => setRound((count) => count + 1) };
}
