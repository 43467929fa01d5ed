import { Input } from "antd";
import { FieldFrame } from "./field";
import type { WritingSnapshot } from "./ticket-model";
import type { WritingActions } from "./use-writing";

export type TextName = "subcategory" | "title" | "demand" | "answer" | "citizenName" | "division";

interface Props {
  readonly name: TextName;
  readonly writing: WritingSnapshot;
  readonly edit: WritingActions["edit"];
  /** Given: a text of several lines. */
  readonly rows?: number;
  readonly hint?: string;
}

export function TextField({ name, writing, edit, rows, hint }: Props) {
  const props = {
    id: `field-${name}`,
    value: writing.mine[name],
    readOnly: edit === undefined,
    autoComplete: "off",
    "aria-invalid": writing.faults.includes(name),
    onChange: (event: { target: { value: string } }) => edit?.({ [name]: event.target.value }),
  };
  return (
    <FieldFrame name={name} writing={writing} {...(hint === undefined ? {} : { hint })}>
      {rows === undefined ? <Input {...props} /> : <Input.TextArea {...props} rows={rows} />}
    </FieldFrame>
  );
}
