import type { ReactNode } from "react";
import { useText } from "@/shared/i18n/use-text";
import { FIELD_TEXTS, type Field, LIMITS, type LimitedField, lengthOf } from "./content";
import type { WritingSnapshot } from "./ticket-model";

interface Props {
  readonly name: Field;
  readonly writing: WritingSnapshot;
  readonly children: ReactNode;
  /** True: a set of controls with a legend, not one control with a label. */
  readonly group?: boolean;
  readonly hint?: string;
}

const hasLimit = (name: Field): name is LimitedField => name in LIMITS;

/** A field's frame: its name, its fault, how much is written. `field-${name}` is its control's id. */
export function FieldFrame({ name, writing, children, group, hint }: Props) {
  const t = useText();
  const dirty = writing.dirty.includes(name);
  const fault = writing.faults.includes(name);
  const label = (
    <>
      {t(FIELD_TEXTS[name])}
      {dirty && <span aria-hidden="true" className="dirty-mark"> ●</span>}
    </>
  );
  const max = hasLimit(name) ? LIMITS[name] : undefined;
  const count = hasLimit(name) ? lengthOf(writing.mine[name]) : 0;
  return (
    <div className={`field field-${name}`} role={group === true ? "group" : undefined} aria-labelledby={group === true ? `label-${name}` : undefined}>
      <div className="field-head">
        {group === true ? <span id={`label-${name}`}>{label}</span> : <label htmlFor={`field-${name}`}>{label}</label>}
        {hint !== undefined && !fault && <span className="soft small">{hint}</span>}
        {fault && (
          <span className="fault small" role="alert">
            {max !== undefined ? t("ticket.tooLong", { max }) : t(name === "language" ? "ticket.badLanguage" : "ticket.badDivision")}
          </span>
        )}
        {max !== undefined && max >= 100 && <span className="soft small number">{t("ticket.count", { count, max })}</span>}
      </div>
      {children}
    </div>
  );
}
