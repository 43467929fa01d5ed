import { useText } from "@/shared/i18n/use-text";
import { formatSpan, timeMs } from "@/shared/time/spans";
import { useNow } from "@/shared/time/use-now";
import { Badge } from "@/shared/ui/badge";
import { CallerFacts } from "./caller-facts";
import type { OfferView } from "./desk-model";

/** A call that rings here. */
export function OfferCard({ call, caller, offset }: OfferView & { readonly offset: number }) {
  const t = useText();
  const now = useNow() + offset;
  const ringing = now - (timeMs(call.stateTime) ?? now);
  const wait = now - (timeMs(call.request?.requestTime) ?? now);
  return (
    <section className="panel offer" aria-labelledby="offer-title">
      <div className="panel-head">
        <h2 id="offer-title">{t("offer.title")}</h2>
        <Badge tone="purple" shape="up">{t("call.ringing")} <span className="number">{formatSpan(ringing)}</span></Badge>
      </div>
      <p className="offer-answer">{t("offer.answer")}</p>
      <CallerFacts call={call} caller={caller} wait={wait} />
    </section>
  );
}
