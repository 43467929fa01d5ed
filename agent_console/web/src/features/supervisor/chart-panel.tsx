import { Suspense, lazy, useState } from "react";
import { Checkbox } from "antd";
import { useText } from "@/shared/i18n/use-text";
import { ProblemNote } from "@/shared/ui/note";
import { ChartTable } from "./chart-table";
import { useDayCurve } from "./use-day-curve";

const DayChart = lazy(() => import("./day-chart"));

/** The day by half hours, as a picture or as a table. */
export function ChartPanel({ answered }: { readonly answered: bigint | undefined }) {
  const t = useText();
  const [table, setTable] = useState(false);
  const { points, problem } = useDayCurve(answered);
  return (
    <section className="panel chart" aria-labelledby="chart-title">
      <div className="panel-head">
        <h2 id="chart-title">{t("area.chart")}</h2>
        <Checkbox checked={table} onChange={(event) => setTable(event.target.checked)}>{t("area.chartTable")}</Checkbox>
      </div>
      <ProblemNote problem={problem} />
      {table ? (
        <ChartTable points={points} />
      ) : (
        <Suspense fallback={<p className="soft">{t("app.loading")}</p>}>
          <DayChart points={points} />
        </Suspense>
      )}
    </section>
  );
}
