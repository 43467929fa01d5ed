import type { CallRecord } from "@/shared/gen/hotline/router/v1/call_pb";
import type { TextKey } from "@/shared/i18n/texts";
import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { formatClock, formatSpan } from "@/shared/time/spans";
import { Badge } from "@/shared/ui/badge";
import { endedCall } from "./area-view";

const CODES = Array.from({ length: 14 }, (_, index) => `T${String(index + 1).padStart(2, "0")}`);

/** How the last calls ended, and what the codes mean. */
export function CallsPanel({ ended }: { readonly ended: readonly CallRecord[] }) {
  const t = useText();
  const meaning = (code: string) => t(`result.${code}` as TextKey);
  return (
    <section className="panel calls" aria-labelledby="calls-title">
      <h2 id="calls-title">{t("area.calls")}</h2>
      <div className="scroll" tabIndex={0} role="group" aria-labelledby="calls-title">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">{t("area.ended")}</th>
              <th scope="col">{t("area.result")}</th>
              <th scope="col">{t("caller.queue")}</th>
              <th scope="col">{t("caller.entry")}</th>
              <th scope="col" className="num">{t("area.wait")}</th>
              <th scope="col">{t("area.by")}</th>
            </tr>
          </thead>
          <tbody>
            {ended.map(endedCall).map((call) => (
              <tr key={call.id}>
                <td className="number">{formatClock(call.endedAt)}</td>
                <td title={meaning(call.code)}>
                  <Badge tone={call.answered ? "ok" : "warn"} shape={call.answered ? "check" : "cross"}>{call.code}</Badge>
                </td>
                <td>{wordText(t, "queue", call.queue)}</td>
                <td>{wordText(t, "entry", call.entry)}</td>
                <td className="num">{call.waitMs === undefined ? "–" : formatSpan(call.waitMs)}</td>
                <td>{call.by || "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details className="legend">
        <summary>{t("area.legend")}</summary>
        <dl className="facts small" tabIndex={0}>
          {CODES.map((code) => (
            <div key={code} className="key-row"><dt>{code}</dt><dd>{meaning(code)}</dd></div>
          ))}
        </dl>
      </details>
    </section>
  );
}
