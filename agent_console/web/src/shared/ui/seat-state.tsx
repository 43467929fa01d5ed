import { Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import type { TextKey } from "@/shared/i18n/texts";
import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { Badge, type Tone } from "./badge";
import type { ShapeName } from "./shapes";

const LOOKS: Readonly<Record<Seat_State, readonly [TextKey, Tone, ShapeName]>> = {
  [Seat_State.UNSPECIFIED]: ["seatState.unknown", "idle", "cross"],
  [Seat_State.SIGNED_OUT]: ["seatState.signedOut", "idle", "ring"],
  [Seat_State.NOT_READY]: ["seatState.notReady", "warn", "bars"],
  [Seat_State.READY]: ["seatState.ready", "ok", "disc"],
  [Seat_State.OFFERED]: ["seatState.offered", "purple", "up"],
  [Seat_State.ON_CALL]: ["seatState.onCall", "busy", "square"],
  [Seat_State.WRAP_UP]: ["seatState.wrapUp", "busy", "pen"],
  [Seat_State.UNKNOWN]: ["seatState.unknown", "bad", "cross"],
};

export function SeatState({ state, reason }: { readonly state: Seat_State; readonly reason?: string }) {
  const t = useText();
  const [text, tone, shape] = LOOKS[state];
  const why = state === Seat_State.NOT_READY && reason !== undefined && reason !== "";
  return (
    <Badge tone={tone} shape={shape}>
      {t(text)}
      {why && <> · {wordText(t, "reason", reason)}</>}
    </Badge>
  );
}
