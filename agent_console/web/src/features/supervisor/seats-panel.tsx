import { Checkbox } from "antd";
import { useState } from "react";
import { useText } from "@/shared/i18n/use-text";
import type { Area } from "@/shared/live/live-model";
import { useNow } from "@/shared/time/use-now";
import { ProblemNote } from "@/shared/ui/note";
import { seatRows } from "./area-view";
import { ConfirmSeat } from "./confirm-seat";
import { SeatRow } from "./seat-row";
import { useSeatOrders } from "./use-seat-orders";

interface Props {
  readonly area: Area;
  readonly offset: number;
  /** False: what is shown is old, so nothing can be done with it. */
  readonly live: boolean;
}

export function SeatsPanel({ area, offset, live }: Props) {
  const t = useText();
  const now = useNow() + offset;
  const [all, setAll] = useState(false);
  const orders = useSeatOrders();
  return (
    <section className="panel seats" aria-labelledby="seats-title">
      <div className="panel-head">
        <h2 id="seats-title">{t("area.seats")}</h2>
        <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)}>{t("area.showSignedOut")}</Checkbox>
      </div>
      <ProblemNote problem={orders.problem} />
      <div className="scroll" tabIndex={0} role="group" aria-labelledby="seats-title">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">{t("seat.id")}</th>
              <th scope="col">{t("area.agent")}</th>
              <th scope="col">{t("area.state")}</th>
              <th scope="col" className="num">{t("area.since")}</th>
              <th scope="col" className="num">{t("seat.answered")}</th>
              <th scope="col">{t("area.act")}</th>
            </tr>
          </thead>
          <tbody>
            {seatRows(area, all).map((seat) => (
              <SeatRow key={seat.seatId} seat={seat} now={now} ask={live && !orders.pending ? orders.ask : undefined} />
            ))}
          </tbody>
        </table>
      </div>
      {orders.asked && <ConfirmSeat order={orders.asked} confirm={orders.confirm} cancel={orders.cancel} />}
    </section>
  );
}
