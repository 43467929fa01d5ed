import { useEffect } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { TicketPanel } from "@/features/ticket/ticket-panel";
import { useText } from "@/shared/i18n/use-text";
import type { Live } from "@/shared/live/live-model";
import { Note } from "@/shared/ui/note";
import type { DeskSnapshot } from "./desk-model";
import { useDeskTicket } from "./use-desk-ticket";

interface Props {
  readonly account: string;
  readonly live: Live;
  readonly desk: DeskSnapshot;
  /** A ticket opened from a list. */
  readonly other: Ticket | undefined;
  readonly setOther: (ticket: Ticket | undefined) => void;
}

/** The ticket on the desk: the call's, or another one that was looked up. A new call puts its own on top. */
export function DeskTicket({ account, live, desk, other, setOther }: Props) {
  const t = useText();
  const talking = desk.talk?.call.request?.callId ?? "";
  useEffect(() => {
    if (talking !== "") setOther(undefined);
  }, [talking, setOther]);
  const own = useDeskTicket(account, live, talking);
  const callId = own?.callId ?? talking;
  if (other !== undefined && other.ticketNo !== own?.ticketNo) {
    const text = callId === "" ? t("ticket.closeOther") : t("ticket.back");
    const back = { text, go: () => setOther(undefined) };
    return <TicketPanel key={other.ticketNo} account={account} callId={other.callId} ticket={other} back={back} />;
  }
  if (callId === "" && own === undefined) {
    return (
      <section className="panel ticket-panel" aria-labelledby="no-ticket">
        <h2 id="no-ticket">{t("ticket.title")}</h2>
        <p className="soft">{t("ticket.none")}</p>
      </section>
    );
  }
  return (
    <div className="desk-ticket">
      {own === undefined && <Note tone="idle">{t("ticket.opening")}</Note>}
      <TicketPanel key={callId || own?.ticketNo} account={account} callId={callId} ticket={own} />
    </div>
  );
}
