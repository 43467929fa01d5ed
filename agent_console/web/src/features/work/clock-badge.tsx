import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { formatDay } from "@/shared/time/spans";
import { Badge } from "@/shared/ui/badge";
import type { ClockView } from "./clocks";

/** One deadline: what is owed, how it stands, until when. The word and the shape say what the colour says. */
export function ClockBadge({ clock }: { readonly clock: ClockView }) {
  const t = useText();
  return (
    <span className="clock">
      <Badge tone={clock.tone} shape={clock.shape}>
        {wordText(t, "clock", clock.kind)} · {t(clock.text)}
      </Badge>
      {clock.due !== undefined && <span className="number">{t("work.until", { time: formatDay(clock.due), limit: clock.limit })}</span>}
      {clock.stage !== "" && <span className="soft small">{wordText(t, "stage", clock.stage)}</span>}
      {clock.earlier.length > 0 && (
        <span className="soft small">{t("work.earlierDue", { times: clock.earlier.map(formatDay).join(t("app.comma")) })}</span>
      )}
    </span>
  );
}
