import { Modal } from "antd";
import { useState } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { formatClock, timeMs } from "@/shared/time/spans";
import { FIELD_TEXTS, type Field, contentOf } from "./content";
import { type WritingSnapshot, clashes } from "./ticket-model";
import type { WritingActions } from "./use-writing";
import { valueText } from "./value-text";

interface Props {
  readonly writing: WritingSnapshot;
  readonly theirs: Ticket;
  readonly actions: WritingActions;
}

/** Somebody else was first: what differs, theirs beside mine, chosen field by field. */
export function ConflictDialog({ writing, theirs, actions }: Props) {
  const t = useText();
  const content = contentOf(theirs.content);
  const fields = clashes(writing, content);
  const [keepMine, setKeepMine] = useState<readonly Field[]>(fields);
  const choice = (field: Field, mine: boolean) => (
    <label className="conflict-choice">
      <input
        type="radio"
        name={`conflict-${field}`}
        checked={keepMine.includes(field) === mine}
        onChange={() => setKeepMine(mine ? [...keepMine, field] : keepMine.filter((other) => other !== field))}
      />
      <span>{valueText(t, field, mine ? writing.mine : content) || <em className="soft">{t("conflict.empty")}</em>}</span>
    </label>
  );
  return (
    <Modal
      open
      width={860}
      title={t("conflict.title")}
      okText={t("conflict.use")}
      cancelText={t("conflict.cancel")}
      onOk={() => actions.choose(keepMine)}
      onCancel={actions.postpone}
    >
      <p>{t("conflict.hint", { account: theirs.updatedBy, time: formatClock(timeMs(theirs.updateTime) ?? 0) })}</p>
      <table className="conflict">
        <thead>
          <tr>
            <th scope="col">{t("conflict.field")}</th>
            <th scope="col">{t("conflict.theirs")} · {theirs.updatedBy}</th>
            <th scope="col">{t("conflict.mine")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{t(FIELD_TEXTS[field])}</th>
              <td>{choice(field, false)}</td>
              <td>{choice(field, true)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
