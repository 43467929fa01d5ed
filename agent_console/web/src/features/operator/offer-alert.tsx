import { useEffect, useMemo } from "react";
import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { formatSpan, timeMs } from "@/shared/time/spans";
import { useClock } from "@/shared/time/use-now";
import type { OfferView } from "./desk-model";
import { ringOnce, soundWanted } from "./ring-sound";

interface Props {
  readonly offer: OfferView | undefined;
  readonly offset: number;
}

/** Tells a screen reader, the tab's title and, if wanted, the ear that a call is offered: once per offer. */
export function OfferAlert({ offer, offset }: Props) {
  const t = useText();
  const clock = useClock();
  const id = offer?.call.offerId;
  const asked = timeMs(offer?.call.request?.requestTime);
  // As it was when the offer came: what is read aloud must not change with every second.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const wait = useMemo(() => (asked === undefined ? 0 : clock.now() + offset - asked), [id, asked]);
  const title = t("offer.title");
  useEffect(() => {
    if (id === undefined) return;
    const before = document.title;
    document.title = `▲ ${title}`;
    if (soundWanted()) ringOnce();
    return () => {
      document.title = before;
    };
  }, [id, title]);
  const words = offer && {
    number: offer.caller?.number || t("caller.noNumber"),
    queue: wordText(t, "queue", offer.call.request?.queue ?? ""),
    wait: formatSpan(wait),
  };
  return (
    <div className="visually-hidden" role="alert" aria-live="assertive">
      {words && t("offer.announce", words)}
    </div>
  );
}
