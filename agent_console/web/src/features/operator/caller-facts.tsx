import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { formatSpan } from "@/shared/time/spans";
import type { OfferView } from "./desk-model";

interface Props extends OfferView {
  /** In ms. */
  readonly wait: number;
}

/** What is known of a caller. */
export function CallerFacts({ call, caller, wait }: Props) {
  const t = useText();
  const queue = caller?.queue ?? call.request?.queue ?? "";
  const entry = caller?.entry ?? call.request?.entry ?? "";
  return (
    <dl className="facts">
      <dt>{t("caller.number")}</dt>
      <dd className="caller-number">
        {caller === undefined ? t("caller.loading") : caller.number || t("caller.noNumber")}
      </dd>
      <dt>{t("caller.queue")}</dt><dd>{wordText(t, "queue", queue)}</dd>
      <dt>{t("caller.entry")}</dt><dd>{wordText(t, "entry", entry)}</dd>
      <dt>{t("caller.wait")}</dt><dd className="number">{formatSpan(wait)}</dd>
      <dt>{t("caller.earlier")}</dt>
      <dd>{caller?.earlier.length ? caller.earlier.length : t("caller.noEarlier")}</dd>
    </dl>
  );
}
