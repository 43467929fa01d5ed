import { Button } from "antd";
import { Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { formatSpan, spanMs, timeMs } from "@/shared/time/spans";
import { useNow } from "@/shared/time/use-now";
import { Note, ProblemNote } from "@/shared/ui/note";
import { SeatState } from "@/shared/ui/seat-state";
import { type DeskSnapshot, NOT_READY_REASONS } from "./desk-model";
import type { DeskActions } from "./use-desk";

interface Props {
  readonly desk: DeskSnapshot;
  readonly actions: DeskActions;
  readonly offset: number;
}

/** The seat's state, since when, and the ways out of it. */
export function SeatCard({ desk, actions, offset }: Props) {
  const t = useText();
  const now = useNow() + offset;
  const { seat, planned } = desk;
  if (seat === undefined) return null;
  const { setReady, setNotReady, signOut } = actions;
  const wrapsUp = seat.state === Seat_State.WRAP_UP;
  const since = timeMs(seat.stateTime);
  const reason = planned?.kind === "setNotReady" ? wordText(t, "reason", planned.reason) : "";
  return (
    <section className="panel" aria-labelledby="seat-title">
      <div className="panel-head">
        <h2 id="seat-title">{t("seat.title")} {seat.seatId}</h2>
        {since !== undefined && <span className="number">{formatSpan(now - since)}</span>}
      </div>
      <div role="status"><SeatState state={seat.state} reason={seat.reason} /></div>
      {seat.state === Seat_State.UNKNOWN && <Note tone="bad">{t("seat.unknownHint")}</Note>}
      {desk.pending && <p role="status" className="soft">{t("seat.pending")}</p>}
      {planned?.kind === "setNotReady" && <Note tone="warn">{t("seat.afterCall", { reason })}</Note>}
      {planned?.kind === "signOut" && <Note tone="warn">{t("seat.signOutAfterCall")}</Note>}
      <ProblemNote problem={desk.problem} />
      <div className="seat-actions">
        {setReady && !wrapsUp && (
          <Button type="primary" block onClick={setReady}>{t("seat.ready")} <kbd>Alt R</kbd></Button>
        )}
        {setNotReady && (
          <div role="group" aria-label={t("seat.reason")}>
            <p className="soft small">{t("seat.notReady")}</p>
            <div className="reasons">
              {NOT_READY_REASONS.map((word, index) => (
                <Button key={word} size="small" onClick={() => setNotReady(word)}>
                  {t(`reason.${word}`)} {index === 0 && <kbd>Alt N</kbd>}
                </Button>
              ))}
            </div>
          </div>
        )}
      </div>
      <dl className="facts small">
        <dt>{t("seat.extension")}</dt><dd>{seat.extension}</dd>
        <dt>{t("seat.queues")}</dt><dd>{seat.queues.map((queue) => wordText(t, "queue", queue)).join(t("app.comma"))}</dd>
        <dt>{t("seat.answered")}</dt><dd className="number">{seat.answered}</dd>
        <dt>{t("seat.talk")}</dt><dd className="number">{formatSpan(spanMs(seat.talk))}</dd>
      </dl>
      {signOut && <Button size="small" className="sign-out" onClick={signOut}>{t("seat.signOut")}</Button>}
    </section>
  );
}
