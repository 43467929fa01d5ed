import { useText } from "@/shared/i18n/use-text";
import { CallCard } from "./call-card";
import type { DeskSnapshot } from "./desk-model";
import { OfferCard } from "./offer-card";
import { SeatCard } from "./seat-card";
import type { DeskActions } from "./use-desk";
import { WrapUpCard } from "./wrap-up-card";

interface Props {
  readonly desk: DeskSnapshot;
  readonly actions: DeskActions;
  /** Server's clock minus ours. */
  readonly offset: number;
}

/** The seat, and above all what it has to do now. */
export function SeatColumn({ desk, actions, offset }: Props) {
  const t = useText();
  const idle = desk.offer === undefined && desk.talk === undefined && desk.wrapUpEnd === undefined;
  return (
    <>
      {desk.offer && <OfferCard {...desk.offer} offset={offset} />}
      {desk.talk && <CallCard {...desk.talk} offset={offset} />}
      {desk.wrapUpEnd !== undefined && <WrapUpCard end={desk.wrapUpEnd} offset={offset} actions={actions} />}
      {idle && (
        <section className="panel idle" aria-labelledby="idle-title">
          <h2 id="idle-title">{t("seat.idle")}</h2>
          <p className="soft">{t("seat.idleHint")}</p>
        </section>
      )}
      <SeatCard desk={desk} actions={actions} offset={offset} />
    </>
  );
}
