import { Code, ConnectError } from "@connectrpc/connect";
import { useCallback, useEffect, useState } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { clients } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";
import { useClock } from "@/shared/time/use-now";
import { type ListName, type WorkName, byDue, requestOf } from "./work-lists";

const REFRESH_MS = 15_000;

export interface WorkListState {
  readonly tickets: readonly Ticket[] | undefined;
  readonly more: boolean;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/** A work list: read at first, then again and again, and when something was done. */
export function useWorkList(work: WorkName, list: ListName, signedOut: () => void): WorkListState {
  const clock = useClock();
  const [found, setFound] = useState<{ readonly list: ListName; readonly tickets: readonly Ticket[]; readonly more: boolean }>();
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    let cancel = () => {};
    const read = async () => {
      try {
        const page = await clients().ticket.listTickets(requestOf(work, list, clock.now()), { signal: gone.signal });
        setFound({ list, tickets: byDue(page.tickets), more: page.nextPageToken !== "" });
        setProblem(undefined);
      } catch (error) {
        if (gone.signal.aborted) return;
        if (ConnectError.from(error).code === Code.Unauthenticated) return signedOut();
        setProblem(problemOf(error));
      }
      if (!gone.signal.aborted) cancel = clock.after(REFRESH_MS, () => void read());
    };
    void read();
    return () => {
      gone.abort();
      cancel();
    };
  }, [clock, work, list, round, signedOut]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const here = found?.list === list ? found : undefined;
  return { tickets: here?.tickets, more: here?.more ?? false, problem, reload };
}
