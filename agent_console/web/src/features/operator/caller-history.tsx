import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { TicketList } from "@/features/ticket/ticket-list";
import type { DeskSnapshot } from "./desk-model";

interface Props {
  readonly desk: DeskSnapshot;
  readonly open: (ticket: Ticket) => void;
}

/** Earlier tickets of the caller who rings or talks. */
export function CallerHistory({ desk, open }: Props) {
  const t = useText();
  const caller = (desk.offer ?? desk.talk)?.caller;
  if (caller === undefined) return null;
  return (
    <section className="panel history" aria-labelledby="history-title">
      <h2 id="history-title">{t("caller.earlier")}</h2>
      {caller.earlier.length === 0 ? (
        <p className="soft">{t("caller.noEarlier")}</p>
      ) : (
        <TicketList tickets={caller.earlier} open={open} />
      )}
    </section>
  );
}
