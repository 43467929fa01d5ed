import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useText } from "@/shared/i18n/use-text";
import { chartData, chartOptions } from "./chart-options";
import type { DayPoint } from "./day-curve";

/** Calls as steps, the connect rate as a line with the target. Loaded when it is needed. */
export default function DayChart({ points }: { readonly points: readonly DayPoint[] }) {
  const t = useText();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const size = () => {
      const legend = element.querySelector<HTMLElement>(".u-legend")?.offsetHeight ?? 0;
      return { width: element.clientWidth, height: Math.max(120, element.clientHeight - legend) };
    };
    const font = getComputedStyle(element).fontSize;
    const made = new uPlot({ ...chartOptions(t, font), ...size() }, chartData([]), element);
    made.setSize(size());
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [t]);
  useEffect(() => chart.current?.setData(chartData(points)), [points, t]);
  return <div ref={place} className="chart-area" role="img" aria-label={t("area.chart")} />;
}
