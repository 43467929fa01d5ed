import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { useNow } from "@/shared/time/use-now";
import { TicketState } from "@/features/ticket/ticket-state";
import { ClockBadge } from "./clock-badge";
import { nextClock, viewOf } from "./clocks";

interface Props {
  readonly tickets: readonly Ticket[];
  readonly chosen: string;
  readonly open: (ticketNo: string) => void;
}

/** The tickets of a work list, what is due first at the top. */
export function WorkTable({ tickets, chosen, open }: Props) {
  const t = useText();
  const now = useNow();
  return (
    <div className="scroll work-table" tabIndex={0} role="group" aria-label={t("work.list")}>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t("ticket.no")}</th>
            <th scope="col">{t("area.state")}</th>
            <th scope="col">{t("mark.priority")}</th>
            <th scope="col">{t("work.owed")}</th>
            <th scope="col">{t("work.lead")}</th>
            <th scope="col">{t("ticket.subject")}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => {
            const owed = nextClock(ticket);
            return (
              <tr key={ticket.ticketNo} aria-selected={ticket.ticketNo === chosen}>
                <th scope="row">
                  <button type="button" className="link number" onClick={() => open(ticket.ticketNo)}>{ticket.ticketNo}</button>
                </th>
                <td><TicketState state={ticket.state} /></td>
                <td>{ticket.marks?.priority}</td>
                <td>{owed === undefined ? "–" : <ClockBadge clock={viewOf(owed.clock, now)} />}</td>
                <td>{ticket.lead?.org ?? "–"}</td>
                <td>{ticket.content?.title}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
