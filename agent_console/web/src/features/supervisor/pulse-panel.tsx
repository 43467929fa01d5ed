import { useText } from "@/shared/i18n/use-text";
import type { Area } from "@/shared/live/live-model";
import { formatSpan } from "@/shared/time/spans";
import { pulseOf } from "./area-view";

/** The few numbers one reads from across the room. */
export function PulsePanel({ area }: { readonly area: Area }) {
  const t = useText();
  const pulse = pulseOf(area);
  const figures = [
    [t("area.waiting"), String(pulse.waiting)],
    [t("area.longest"), formatSpan(pulse.longestMs)],
    [t("area.ringing"), String(pulse.ringing)],
    [t("area.talking"), String(pulse.talking)],
    [t("area.readySeats"), `${pulse.ready} / ${pulse.signedIn}`],
  ];
  return (
    <dl className="panel pulse">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt className="soft">{name}</dt>
          <dd className="big-time">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
