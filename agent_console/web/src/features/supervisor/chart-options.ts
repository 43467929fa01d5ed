import uPlot from "uplot";
import type { Translate } from "@/shared/i18n/texts";
import { formatClock } from "@/shared/time/spans";
import { TARGET, percent } from "./area-view";
import type { DayPoint } from "./day-curve";

// Okabe and Ito's blue, sky blue and vermilion: apart for every kind of colour vision, and by dash as well.
const OFFERED = "#0072b2";
const REACHED = "#56b4e9";
const RATE = "#b34700";
const HALF_HOUR_S = 1800;
const INK = "#465565";
const GRID = "#e6eaee";

/** Columns: time (s), offered, reached, connect rate (%), target (%). */
export function chartData(points: readonly DayPoint[]): uPlot.AlignedData {
  return [
    points.map((point) => point.start / 1000),
    points.map((point) => point.offered),
    points.map((point) => point.reached),
    points.map((point) => (point.share === undefined ? null : point.share * 100)),
    points.map(() => TARGET * 100),
  ];
}

const bars = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 });
const inner = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 });

export function chartOptions(t: Translate, fontSize: string): Omit<uPlot.Options, "width" | "height"> {
  const font = `${fontSize} system-ui, sans-serif`;
  const axis = { stroke: INK, font, grid: { stroke: GRID, width: 1 }, ticks: { stroke: GRID } };
  const whole = (_: uPlot, value: number | null) => (value === null ? "–" : String(value));
  const share = (_: uPlot, value: number | null) => (value === null ? "–" : percent(value / 100));
  return {
    // The values stand in the table; a legend that changes under the pointer would be in motion all day.
    legend: { live: false },
    cursor: { drag: { x: false, y: false } },
    // A bar stands right of its half hour's start: the last one needs its own width.
    scales: { x: { range: (_, from, until) => [from, until + HALF_HOUR_S] }, percent: { range: [0, 100] }, y: { range: (_, __, max) => [0, Math.max(5, max * 1.1)] } },
    axes: [
      { ...axis, values: (_, times) => times.map((time) => formatClock(time * 1000, false)) },
      { ...axis, size: 44 },
      { ...axis, scale: "percent", side: 1, size: 60, grid: { show: false }, values: (_, values) => values.map((value) => `${value}%`) },
    ],
    series: [
      { label: t("area.chartTime"), value: (_, time: number | null) => (time === null ? "–" : formatClock(time * 1000, false)) },
      { label: t("area.offered"), stroke: OFFERED, width: 1.5, ...(bars ? { paths: bars } : {}), points: { show: false }, value: whole },
      { label: t("area.reached"), stroke: REACHED, fill: REACHED, ...(inner ? { paths: inner } : {}), points: { show: false }, value: whole },
      { label: t("area.connectA"), scale: "percent", stroke: RATE, width: 2.5, points: { size: 6, fill: RATE }, value: share },
      { label: t("area.target", { percent: percent(TARGET, 0) }), scale: "percent", stroke: INK, dash: [6, 5], width: 1, points: { show: false }, value: share },
    ],
  };
}
