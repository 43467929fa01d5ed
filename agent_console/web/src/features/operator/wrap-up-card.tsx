import { Button } from "antd";
import { useText } from "@/shared/i18n/use-text";
import { formatSpan } from "@/shared/time/spans";
import { useNow } from "@/shared/time/use-now";
import { WRAP_UP_EXTENSION_MS } from "./desk-model";
import type { DeskActions } from "./use-desk";

interface Props {
  /** When it ends by itself, by the server's clock. */
  readonly end: number;
  readonly offset: number;
  readonly actions: DeskActions;
}

/** Time to write the last call up. */
export function WrapUpCard({ end, offset, actions }: Props) {
  const t = useText();
  const now = useNow() + offset;
  const { setReady, extendWrapUp } = actions;
  return (
    <section className="panel wrap-up" aria-labelledby="wrap-up-title">
      <h2 id="wrap-up-title">{t("wrapUp.title")}</h2>
      <p className="row">
        <span className="soft">{t("wrapUp.left")}</span>
        <span className="big-time" role="timer">{formatSpan(end - now + 999)}</span>
      </p>
      <div className="seat-actions">
        {setReady && (
          <Button type="primary" block onClick={setReady}>{t("wrapUp.end")} <kbd>Alt R</kbd></Button>
        )}
        {extendWrapUp && (
          <Button block onClick={extendWrapUp}>
            {t("wrapUp.extend", { minutes: WRAP_UP_EXTENSION_MS / 60_000 })} <kbd>Alt E</kbd>
          </Button>
        )}
      </div>
    </section>
  );
}
