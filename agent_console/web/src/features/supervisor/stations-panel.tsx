import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import type { Area } from "@/shared/live/live-model";
import { Badge } from "@/shared/ui/badge";
import { stationRows } from "./area-view";

export function StationsPanel({ area }: { readonly area: Area }) {
  const t = useText();
  return (
    <section className="panel" aria-labelledby="stations-title">
      <h2 id="stations-title">{t("area.stations")}</h2>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t("area.station")}</th>
            <th scope="col">{t("area.level")}</th>
            <th scope="col">{t("area.opening")}</th>
            <th scope="col" className="num">{t("area.busy")}</th>
          </tr>
        </thead>
        <tbody>
          {stationRows(area).map((station) => (
            <tr key={station.stationId}>
              <th scope="row">{station.stationId}</th>
              <td>{wordText(t, "level", station.level)}</td>
              <td>
                <Badge tone={station.open ? "ok" : "idle"} shape={station.open ? "disc" : "ring"}>
                  {t(station.open ? "area.isOpen" : "area.isClosed")}
                </Badge>
              </td>
              <td className="num">{station.busy} / {station.capacity}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
