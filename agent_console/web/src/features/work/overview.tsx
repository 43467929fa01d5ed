import { useEffect, useState } from "react";
import type { CountTicketsResponse } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { useText } from "@/shared/i18n/use-text";
import { clients } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";
import { ProblemNote } from "@/shared/ui/note";
import { TicketState } from "@/features/ticket/ticket-state";

/** How many tickets are where, and how many of them are overdue; `round` reads it again. */
export function Overview({ round }: { readonly round: number }) {
  const t = useText();
  const [counts, setCounts] = useState<CountTicketsResponse["counts"]>([]);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    const gone = new AbortController();
    clients().ticket.countTickets({}, { signal: gone.signal }).then(
      (response) => {
        setCounts(response.counts);
        setProblem(undefined);
      },
      (error: unknown) => gone.signal.aborted || setProblem(problemOf(error)),
    );
    return () => gone.abort();
  }, [round]);
  return (
    <section className="panel overview" aria-labelledby="overview-title">
      <h2 id="overview-title">{t("work.overview")}</h2>
      <ProblemNote problem={problem} />
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t("area.state")}</th>
            <th scope="col" className="num">{t("work.count")}</th>
            <th scope="col" className="num">{t("list.overdue")}</th>
          </tr>
        </thead>
        <tbody>
          {counts.map((count) => (
            <tr key={count.state}>
              <th scope="row"><TicketState state={count.state} /></th>
              <td className="num">{String(count.tickets)}</td>
              <td className={count.overdue > 0n ? "num fault" : "num"}>{String(count.overdue)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
