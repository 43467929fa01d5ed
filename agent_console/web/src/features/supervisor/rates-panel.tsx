import type { AreaStats, Ratio } from "@/shared/gen/hotline/router/v1/stats_pb";
import type { TextKey } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { RateBar } from "./rate-bar";
import { rateOf } from "./area-view";

interface Props {
  readonly today: AreaStats | undefined;
  readonly day24h: AreaStats | undefined;
}

type Pick = (stats: AreaStats) => Ratio | undefined;

const RATES: readonly (readonly [TextKey, TextKey, Pick])[] = [
  ["area.connectA", "area.connectAHint", (stats) => stats.connectRateA],
  ["area.connectB", "area.connectBHint", (stats) => stats.connectRateB],
  ["area.inTarget", "area.inTargetHint", (stats) => stats.answeredInTarget],
];

/** The connect rates as what they are made of, of the day and of the last 24 hours, and how the calls add up. */
export function RatesPanel({ today, day24h }: Props) {
  const t = useText();
  const windows = [["area.today", today], ["area.day24h", day24h]] as const;
  return (
    <section className="panel rates" aria-label={t("area.connectA")}>
      <div className="rates-grid">
        {RATES.map(([name, hint, pick]) => (
          <div key={name} className="rate">
            <h2>{t(name)}</h2>
            <p className="soft small rate-hint">{t(hint)}</p>
            {windows.map(([text, stats]) => (
              <RateBar key={text} label={t(text)} rate={rateOf(stats && pick(stats))} held={name !== "area.inTarget"} />
            ))}
          </div>
        ))}
      </div>
      {today && (
        <p className="small soft">
          {t("area.today")}{" · "}
          {t("area.balance", {
            offered: String(today.offered),
            answered: String(today.answered),
            escalated: String(today.escalatedAnswered),
            abandoned: String(today.abandoned),
            failed: String(today.failed),
            open: String(today.open),
          })}
        </p>
      )}
    </section>
  );
}
