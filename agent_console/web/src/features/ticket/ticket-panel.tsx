import { Button } from "antd";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { useShortcuts } from "@/shared/ui/use-shortcuts";
import { ConflictDialog } from "./conflict-dialog";
import { TicketForm } from "./ticket-form";
import { TicketState } from "./ticket-state";
import { TicketStatus } from "./ticket-status";
import { useWriting } from "./use-writing";
import "./ticket.css";

interface Props {
  readonly account: string;
  readonly callId: string;
  readonly ticket: Ticket | undefined;
  /** Given: another ticket than the call's is open; leads back. */
  readonly back?: { readonly text: string; readonly go: () => void } | undefined;
}

/** One ticket: read, write, save, register, close. */
export function TicketPanel({ account, callId, ticket, back }: Props) {
  const t = useText();
  const [writing, actions] = useWriting({ account, callId, ticket });
  const { save, register, close, discard } = actions;
  useShortcuts({
    "Ctrl+S": save,
    "Alt+C": close,
    "Alt+G": register,
    "Alt+1": () => document.querySelector<HTMLElement>("#field-category input")?.focus(),
  });
  const shown = writing.ticket;
  return (
    <section className="panel ticket-panel" aria-labelledby="ticket-title">
      <div className="panel-head">
        <h2 id="ticket-title">{t("ticket.title")} <span className="number">{shown?.ticketNo}</span></h2>
        {shown && <TicketState state={shown.state} />}
        <span className="grow" />
        {back && (
          <span className="row">
            <span className="soft">{t("ticket.other")}</span>
            <Button size="small" onClick={back.go}>{back.text}</Button>
          </span>
        )}
      </div>
      <TicketForm writing={writing} edit={actions.edit} />
      <div className="ticket-foot">
        <TicketStatus writing={writing} />
        <div className="row ticket-actions">
          {discard && <Button type="text" onClick={discard}>{t("ticket.discard")}</Button>}
          {register && <Button onClick={register}>{t("ticket.register")} <kbd>Alt G</kbd></Button>}
          {close && <Button onClick={close}>{t("ticket.close")} <kbd>Alt C</kbd></Button>}
          {save && <Button type="primary" onClick={save}>{t("ticket.save")} <kbd>Ctrl S</kbd></Button>}
        </div>
      </div>
      {writing.choosing && writing.theirs && (
        <ConflictDialog writing={writing} theirs={writing.theirs} actions={actions} />
      )}
    </section>
  );
}
