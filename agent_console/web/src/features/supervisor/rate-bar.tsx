import { useText } from "@/shared/i18n/use-text";
import { Badge } from "@/shared/ui/badge";
import { type Rate, TARGET, percent } from "./area-view";

interface Props {
  readonly label: string;
  readonly rate: Rate;
  /** True: measured against the target. */
  readonly held: boolean;
}

/** One rate: percent, numerator / denominator, a bar with the target's mark, and in words whether it is met. */
export function RateBar({ label, rate, held }: Props) {
  const t = useText();
  const { share, met } = rate;
  const good = met || !held;
  return (
    <div className="rate-bar">
      <span className="soft">{label}</span>
      <span className={`rate-percent ${good ? "" : "missed"}`}>{share === undefined ? "–" : percent(share)}</span>
      <span className="number">{rate.numerator} / {rate.denominator}</span>
      <span>
        {share === undefined && <span className="soft">{t("area.noCalls")}</span>}
        {share !== undefined && held && (
          <Badge tone={met ? "ok" : "bad"} shape={met ? "check" : "down"}>{t(met ? "area.met" : "area.missed")}</Badge>
        )}
      </span>
      <svg className="rate-track" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" className="track" />
        <rect width={(share ?? 0) * 100} height="4" className={good ? "reached" : "short"} />
        {held && <rect x={TARGET * 100 - 0.3} width="0.6" height="4" className="mark" />}
      </svg>
    </div>
  );
}
