import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { useNow } from "@/shared/time/use-now";
import { Note, ProblemNote } from "@/shared/ui/note";
import { TicketState } from "@/features/ticket/ticket-state";
import { CaseHistory } from "./case-history";
import { ClockBadge } from "./clock-badge";
import { viewOf } from "./clocks";
import { StepBar } from "./step-bar";
import { mayUnmask } from "./steps";
import { Unmask } from "./unmask";
import { useCase } from "./use-case";

interface Props {
  readonly ticketNo: string;
  readonly done: () => void;
}

/** One ticket to work on: what it is about, its deadlines, the steps that are open to this person, its history. */
export function CasePanel({ ticketNo, done }: Props) {
  const t = useText();
  const now = useNow();
  const state = useCase(ticketNo, done);
  const { read, problem } = state;
  const ticket = read?.ticket;
  if (read === undefined || ticket === undefined) {
    return <section className="panel">{problem ? <ProblemNote problem={problem} /> : <Note tone="idle">{t("app.loading")}</Note>}</section>;
  }
  const { content, marks } = ticket;
  const facts: readonly (readonly [string, string])[] = [
    [t("ticket.category"), content?.category ? t(`category.${content.category}`) : ""],
    [t("mark.priority"), wordText(t, "choice", marks?.priority ?? "")],
    [t("mark.secrecy"), wordText(t, "choice", marks?.secrecy ?? "")],
    [t("mark.matter"), wordText(t, "choice", marks?.matter ?? "")],
    [t("work.lead"), ticket.lead?.org ?? ""],
    [t("work.proposal"), ticket.proposal === "" ? "" : `${wordText(t, "step", ticket.proposal)} · ${ticket.proposedBy}`],
    [t("ticket.citizenName"), content?.citizenName ?? ""],
    [t("ticket.demand"), content?.demand ?? ""],
    [t("ticket.answer"), content?.answer ?? ""],
    [t("work.result"), ticket.result],
    [t("work.publicAnswer"), ticket.publicAnswer],
  ];
  return (
    <section className="panel case" aria-labelledby="case-title">
      <div className="panel-head">
        <h2 id="case-title"><span className="number">{ticket.ticketNo}</span> {content?.title}</h2>
        <TicketState state={ticket.state} />
      </div>
      <ProblemNote problem={problem} />
      <StepBar read={read} state={state} />
      <dl className="facts">
        <dt>{t("caller.number")}</dt>
        <dd><Unmask masked={ticket.callerMasked} unmask={mayUnmask(read.steps) ? state.unmask : undefined} /></dd>
        {facts.filter(([, value]) => value !== "").map(([name, value]) => (
          <div key={name} className="fact-row"><dt>{name}</dt><dd>{value}</dd></div>
        ))}
      </dl>
      <section className="clocks" aria-labelledby="clocks-title">
        <h3 id="clocks-title">{t("work.clocks")}</h3>
        <ul>{ticket.clocks.map((clock, index) => <li key={index}><ClockBadge clock={viewOf(clock, now)} /></li>)}</ul>
      </section>
      <CaseHistory events={read.events} />
    </section>
  );
}
