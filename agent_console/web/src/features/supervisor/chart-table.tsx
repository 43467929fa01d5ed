import { useText } from "@/shared/i18n/use-text";
import { formatClock } from "@/shared/time/spans";
import { percent } from "./area-view";
import type { DayPoint } from "./day-curve";

export function ChartTable({ points }: { readonly points: readonly DayPoint[] }) {
  const t = useText();
  return (
    <div className="scroll chart-area" tabIndex={0} role="group" aria-labelledby="chart-title">
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t("area.chartTime")}</th>
            <th scope="col" className="num">{t("area.offered")}</th>
            <th scope="col" className="num">{t("area.reached")}</th>
            <th scope="col" className="num">{t("area.connectA")}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.start}>
              <th scope="row">{formatClock(point.start, false)}</th>
              <td className="num">{point.offered}</td>
              <td className="num">{point.reached}</td>
              <td className="num">{point.share === undefined ? "–" : percent(point.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
