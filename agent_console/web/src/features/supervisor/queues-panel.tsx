import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import type { Area } from "@/shared/live/live-model";
import { formatSpan, spanMs } from "@/shared/time/spans";
import { queueRows } from "./area-view";

export function QueuesPanel({ area }: { readonly area: Area }) {
  const t = useText();
  return (
    <section className="panel" aria-labelledby="queues-title">
      <h2 id="queues-title">{t("area.queues")}</h2>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t("area.queues")}</th>
            <th scope="col" className="num">{t("area.waiting")}</th>
            <th scope="col" className="num">{t("area.longest")}</th>
            <th scope="col" className="num">{t("area.ringing")}</th>
            <th scope="col" className="num">{t("area.talking")}</th>
            <th scope="col" className="num">{t("area.readySeats")}</th>
          </tr>
        </thead>
        <tbody>
          {queueRows(area).map((queue) => (
            <tr key={queue.queueId} className={queue.waiting > 0 ? "strong" : ""}>
              <th scope="row">{wordText(t, "queue", queue.queueId)}</th>
              <td className="num">{queue.waiting}</td>
              <td className="num">{queue.waiting > 0 ? formatSpan(spanMs(queue.longestWait)) : "–"}</td>
              <td className="num">{queue.offered}</td>
              <td className="num">{queue.connected}</td>
              <td className="num">{queue.seatsReady} / {queue.seatsSignedIn}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
