import { Button, Input, Select } from "antd";
import { type FormEvent, useState } from "react";
import { useText } from "@/shared/i18n/use-text";
import { Note, ProblemNote } from "@/shared/ui/note";
import type { DeskSnapshot } from "./desk-model";
import type { DeskActions } from "./use-desk";

interface Props {
  /** Empty: any seat of the area. */
  readonly seats: readonly string[];
  readonly seatId: string;
  readonly choose: (seatId: string) => void;
  readonly known: boolean;
  readonly desk: DeskSnapshot;
  readonly signIn: DeskActions["signIn"];
}

/** First the seat, then signing in to it. */
export function SeatChooser({ seats, seatId, choose, known, desk, signIn }: Props) {
  const t = useText();
  const [wanted, setWanted] = useState(seatId || (seats.length === 1 ? (seats[0] ?? "") : ""));
  const chosen = seatId !== "" && wanted === seatId;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) signIn?.(true);
    else if (wanted.trim() !== "") choose(wanted.trim());
  };
  return (
    <section className="panel" aria-labelledby="choose-title">
      <h2 id="choose-title">{t("seat.choose")}</h2>
      <p className="soft">{t("seat.chooseHint")}</p>
      <form className="chooser" onSubmit={submit}>
        <label htmlFor="seat-id">{t("seat.id")}</label>
        {seats.length > 0 ? (
          <Select
            id="seat-id"
            showSearch
            value={wanted || null}
            options={seats.map((seat) => ({ value: seat, label: seat }))}
            onChange={(seat: string) => {
              setWanted(seat);
              choose(seat);
            }}
          />
        ) : (
          <Input id="seat-id" value={wanted} maxLength={32} autoComplete="off" onChange={(event) => setWanted(event.target.value)} />
        )}
        {desk.takenBy !== undefined && chosen && (
          <Note tone="warn">{t("seat.takenBy", { seat: seatId, agent: desk.takenBy })}</Note>
        )}
        <ProblemNote problem={desk.problem} />
        {desk.pending && <p role="status">{t("seat.pending")}</p>}
        {!chosen && <Button type="primary" htmlType="submit" disabled={wanted.trim() === ""}>{t("seat.choose")}</Button>}
        {chosen && !known && <p role="status">{t("link.connecting")}</p>}
        {chosen && signIn && (
          <>
            <Button type="primary" htmlType="submit">{t("seat.signInReady")}</Button>
            <Button onClick={() => signIn(false)}>{t("seat.signIn")}</Button>
          </>
        )}
      </form>
    </section>
  );
}
