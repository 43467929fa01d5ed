import { Button } from "antd";
import { useText } from "@/shared/i18n/use-text";
import type { Live } from "@/shared/live/live-model";
import { useNow } from "@/shared/time/use-now";

interface Props {
  readonly live: Live;
  readonly retry: () => void;
}

/** Says that what is shown may be old, and why. Not there while all is well. */
export function LiveBanner({ live, retry }: Props) {
  const t = useText();
  const { link } = live;
  const now = useNow(link.state === "waiting");
  if (link.state === "waiting") {
    const seconds = Math.max(0, Math.ceil((link.retryAt - now) / 1000));
    return (
      <div className="banner tone-bad">
        <span role="alert">{t("link.waiting")}</span>
        <span aria-hidden="true">{t("link.retry", { seconds, attempt: link.attempt })}</span>
        <Button size="small" onClick={retry}>{t("link.now")}</Button>
      </div>
    );
  }
  if (link.state === "connecting") {
    return <div className="banner tone-idle" role="status">{t("link.connecting")}</div>;
  }
  if (!live.routerLive) return <div className="banner tone-warn" role="alert">{t("link.noRouter")}</div>;
  return null;
}
