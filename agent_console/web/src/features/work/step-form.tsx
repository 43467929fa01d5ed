import { Button } from "antd";
import { useState } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { useText } from "@/shared/i18n/use-text";
import { Note } from "@/shared/ui/note";
import { StepInput } from "./step-input";
import { type Filled, type StepView, initialOf, inputText, isUnit, missingIn } from "./steps";

interface Props {
  readonly step: StepView;
  readonly ticket: Ticket;
  readonly pending: boolean;
  readonly take: (filled: Filled) => Promise<boolean>;
  readonly cancel: () => void;
}

/** What one step asks for; sends it, and is gone when it was done. */
export function StepForm({ step, ticket, pending, take, cancel }: Props) {
  const t = useText();
  const [filled, setFilled] = useState<Filled>(() => initialOf(step, ticket));
  const [tried, setTried] = useState(false);
  const missing = missingIn(step, filled);
  const wrongUnit = ["unit", "fallback"].some((field) => !isUnit(filled[field] ?? ""));
  const send = async () => {
    setTried(true);
    if (missing.length === 0 && !wrongUnit && (await take(filled))) cancel();
  };
  return (
    <form
      className="step-form"
      aria-label={step.text}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h3>{step.text}</h3>
      {step.missing !== "" && <Note tone="warn">{t("work.notYet", { detail: step.missing })}</Note>}
      {step.inputs.map((input) => (
        <StepInput
          key={input.field}
          step={step}
          input={input}
          value={filled[input.field] ?? ""}
          faulty={tried && missing.includes(input.field)}
          set={(value) => setFilled((last) => ({ ...last, [input.field]: value }))}
        />
      ))}
      {tried && missing.length > 0 && (
        <Note tone="bad" alert>{t("work.missing", { fields: missing.map((field) => inputText(t, step, field)).join(t("app.comma")) })}</Note>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={pending}>{t("work.do", { step: step.text })}</Button>
        <Button onClick={cancel}>{t("area.cancel")}</Button>
      </div>
    </form>
  );
}
