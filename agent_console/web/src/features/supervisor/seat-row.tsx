import { Button } from "antd";
import { type Seat, Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { useText } from "@/shared/i18n/use-text";
import { formatSpan, timeMs } from "@/shared/time/spans";
import { SeatState } from "@/shared/ui/seat-state";
import { isSignedIn } from "./area-view";
import type { SeatOrder } from "./use-seat-orders";

interface Props {
  readonly seat: Seat;
  readonly now: number;
  /** Undefined: nothing can be ordered now. */
  readonly ask: ((order: SeatOrder) => void) | undefined;
}

export function SeatRow({ seat, now, ask }: Props) {
  const t = useText();
  const since = timeMs(seat.stateTime);
  const here = isSignedIn(seat);
  const canPause = here && seat.state !== Seat_State.NOT_READY && seat.state !== Seat_State.OFFERED;
  const button = (kind: SeatOrder["kind"], text: string) =>
    ask && (
      <Button size="small" aria-label={`${text} ${seat.seatId}`} onClick={() => ask({ kind, seatId: seat.seatId })}>
        {text}
      </Button>
    );
  return (
    <tr>
      <th scope="row">{seat.seatId}</th>
      <td>{seat.agent || "–"}</td>
      <td><SeatState state={seat.state} reason={seat.reason} /></td>
      <td className="num">{here && since !== undefined ? formatSpan(now - since) : "–"}</td>
      <td className="num">{seat.answered}</td>
      <td className="seat-orders">
        {canPause && button("notReady", t("area.setNotReady"))}
        {here && button("signOut", t("area.signOut"))}
      </td>
    </tr>
  );
}
