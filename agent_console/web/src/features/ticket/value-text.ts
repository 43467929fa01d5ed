import { Category } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { TextKey, Translate } from "@/shared/i18n/texts";
import { wordText } from "@/shared/i18n/texts";
import type { Content, Field } from "./content";

/** A field's value as a person reads it; "" if nothing is there. */
export function valueText(t: Translate, field: Field, content: Content): string {
  switch (field) {
    case "category":
      return content.category === Category.UNSPECIFIED ? "" : t(`category.${content.category}`);
    case "groups":
      return content.groups.map((group) => wordText(t, "group", group)).join(t("app.comma"));
    case "outcomes":
      return content.outcomes.map((code) => `${code} ${t(`outcome.${code}` as TextKey)}`).join(t("app.comma"));
    case "confidential":
      return content.confidential ? "✓" : "✗";
    case "language":
      return content.language === "" ? "" : wordText(t, "language", content.language);
    default:
      return content[field];
  }
}
