import { Call_State } from "@/shared/gen/hotline/router/v1/call_pb";
import { useText } from "@/shared/i18n/use-text";
import { formatSpan, spanMs, timeMs } from "@/shared/time/spans";
import { useNow } from "@/shared/time/use-now";
import { Badge } from "@/shared/ui/badge";
import { CallerFacts } from "./caller-facts";
import type { OfferView } from "./desk-model";

/** The call this seat talks to. */
export function CallCard({ call, caller, offset }: OfferView & { readonly offset: number }) {
  const t = useText();
  const now = useNow() + offset;
  const held = call.state === Call_State.HELD;
  const asked = timeMs(call.request?.requestTime);
  const wait = spanMs(call.wait);
  // The wait ended when somebody answered: the talk counts from there, whatever was held since.
  const answered = asked === undefined ? timeMs(call.stateTime) : asked + wait;
  return (
    <section className="panel on-call" aria-labelledby="call-title">
      <div className="panel-head">
        <h2 id="call-title">{t("call.title")}</h2>
        <span role="status">
          <Badge tone={held ? "warn" : "busy"} shape={held ? "bars" : "square"}>{t(held ? "call.held" : "call.connected")}</Badge>
        </span>
      </div>
      <p className="row">
        <span className="big-time" aria-label={t("call.talk")} role="timer">{formatSpan(now - (answered ?? now))}</span>
        {held && <span className="soft">{t("call.held.time")} {formatSpan(now - (timeMs(call.stateTime) ?? now))}</span>}
      </p>
      <CallerFacts call={call} caller={caller} wait={wait} />
    </section>
  );
}
