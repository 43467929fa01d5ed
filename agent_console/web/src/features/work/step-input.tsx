import { Checkbox, Input, Select } from "antd";
import { wordText } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { type StepView, inputText, isUnit } from "./steps";

const MAX_TEXT = 5000;
const MAX_WORD = 200;

interface Props {
  readonly step: StepView;
  readonly input: StepView["inputs"][number];
  readonly value: string;
  readonly faulty: boolean;
  readonly set: (value: string) => void;
}

/** One thing that a step asks for. */
export function StepInput({ step, input, value, faulty, set }: Props) {
  const t = useText();
  const { field, choices, required } = input;
  const id = `step-${field}`;
  const name = inputText(t, step, field);
  const props = { id, value, "aria-required": required, "aria-invalid": faulty, onChange: (event: { target: { value: string } }) => set(event.target.value) };
  if (field === "yes") {
    return <Checkbox id={id} checked={value === "yes"} onChange={(event) => set(event.target.checked ? "yes" : "")}>{name}</Checkbox>;
  }
  const unit = field === "unit" || field === "fallback";
  const control = () => {
    if (choices.length > 0) {
      const options = choices.map((choice) => ({ value: choice, label: wordText(t, "choice", choice) }));
      return <Select id={id} className="wide" value={value === "" ? null : value} options={options} virtual={false} onChange={(chosen: string) => set(chosen)} />;
    }
    if (field === "text") return <Input.TextArea {...props} rows={3} maxLength={MAX_TEXT} />;
    if (field === "time") return <Input {...props} type="datetime-local" />;
    if (field === "number") return <Input {...props} type="number" min={1} />;
    return <Input {...props} maxLength={MAX_WORD} autoComplete="off" aria-describedby={unit ? `${id}-hint` : undefined} />;
  };
  return (
    <div className="step-field">
      <label htmlFor={id}>{name}{required && <span className="soft small"> · {t("work.required")}</span>}</label>
      {control()}
      {unit && <span id={`${id}-hint`} className={isUnit(value) ? "soft small" : "fault small"}>{t("work.unitHint")}</span>}
      {field === "limit" && <span className="soft small">{t("work.limitHint")}</span>}
    </div>
  );
}
