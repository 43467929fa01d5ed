import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { formatDay, timeMs } from "@/shared/time/spans";
import { TicketState } from "./ticket-state";

interface Props {
  readonly tickets: readonly Ticket[];
  readonly open: (ticket: Ticket) => void;
}

/** Tickets one can open. */
export function TicketList({ tickets, open }: Props) {
  const t = useText();
  return (
    <ul className="ticket-list">
      {tickets.map((ticket) => {
        const category = ticket.content?.category ?? 0;
        return (
          <li key={ticket.ticketNo}>
            <button type="button" onClick={() => open(ticket)} title={t("search.edit", { no: ticket.ticketNo })}>
              <span className="row">
                <span className="number strong">{ticket.ticketNo}</span>
                <TicketState state={ticket.state} />
              </span>
              <span className="ticket-line">{ticket.content?.title || (category === 0 ? "—" : t(`category.${category}`))}</span>
              <span className="soft small">
                {formatDay(timeMs(ticket.createTime) ?? 0)} · {ticket.callerMasked} · {ticket.firstContact}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
