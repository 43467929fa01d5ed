import { useText } from "@/shared/i18n/use-text";
import { formatClock, timeMs } from "@/shared/time/spans";
import { Note, ProblemNote } from "@/shared/ui/note";
import { FIELD_TEXTS } from "./content";
import type { WritingSnapshot } from "./ticket-model";
import { ticketStateText } from "./ticket-state";
import { Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";

/** Where the writing stands: saved, unsaved, being sent, refused, overtaken. */
export function TicketStatus({ writing }: { readonly writing: WritingSnapshot }) {
  const t = useText();
  const { ticket, theirs } = writing;
  const state = () => {
    if (writing.pending !== undefined) return t("ticket.pending");
    if (writing.dirty.length > 0) return t("ticket.dirty");
    const saved = timeMs(ticket?.updateTime);
    if (ticket === undefined || saved === undefined) return t("ticket.noChange");
    return t("ticket.saved", { time: formatClock(saved), version: String(ticket.version) });
  };
  const needs = ticket?.state === Ticket_State.DRAFT && writing.missing.length > 0;
  const due = timeMs(ticket?.registerDueTime);
  return (
    <div className="ticket-status">
      <p role="status" className={writing.dirty.length > 0 ? "unsaved" : "soft"}>
        {writing.restored && writing.dirty.length > 0 && <strong>{t("ticket.draftFound")} · </strong>}
        {state()}
        {needs && <span className="soft"> · {t("ticket.needs", { fields: writing.missing.map((field) => t(FIELD_TEXTS[field])).join(t("app.comma")) })}</span>}
        {due !== undefined && <span className="soft"> · {t("ticket.registersAt", { time: formatClock(due, false) })}</span>}
      </p>
      {theirs && !writing.choosing && <Note tone="warn">{t("ticket.behind", { account: theirs.updatedBy })}</Note>}
      {!writing.editable && ticket && (
        <Note tone="idle">{t("ticket.readOnly", { state: t(ticketStateText(ticket.state)) })}</Note>
      )}
      <ProblemNote problem={writing.problem} />
    </div>
  );
}
