import type { TicketEvent } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { type Translate, wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { formatDay, timeMs } from "@/shared/time/spans";

/** What belongs to an event beside its text: the reason's word, who was meant, another number. */
function particulars(event: TicketEvent, t: Translate): string {
  const reason = event.reason === "" ? "" : wordText(t, "choice", event.reason);
  const org = event.org === "" ? "" : `→ ${event.org}`;
  return [reason, org, event.other, ...event.fields].filter((part) => part !== "").join(" · ");
}

/** What happened to the ticket, the latest first. */
export function CaseHistory({ events }: { readonly events: readonly TicketEvent[] }) {
  const t = useText();
  return (
    <section className="case-history" aria-labelledby="case-history-title">
      <h3 id="case-history-title">{t("work.history")}</h3>
      <ol reversed>
        {[...events].reverse().map((event) => (
          <li key={String(event.version)}>
            <span className="number soft">{formatDay(timeMs(event.time) ?? 0)}</span>{" "}
            <span className="strong">{wordText(t, "step", event.kind)}</span>{" "}
            <span className="soft">{event.account} {particulars(event, t)} {event.late && t("work.late")}</span>
            {event.text !== "" && <p className="said">{event.text}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
