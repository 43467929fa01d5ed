import { Button } from "antd";
import { useState } from "react";
import type { GetTicketResponse } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { useText } from "@/shared/i18n/use-text";
import { StepForm } from "./step-form";
import { openSteps } from "./steps";
import type { CaseState } from "./use-case";

interface Props {
  readonly read: GetTicketResponse;
  readonly state: CaseState;
}

/** A button for each step that is open to this person, and the form of the one that was chosen. */
export function StepBar({ read, state }: Props) {
  const t = useText();
  const [chosen, setChosen] = useState("");
  const steps = openSteps(read.steps, t);
  const step = steps.find(({ key }) => key === chosen);
  const { ticket } = read;
  if (ticket === undefined) return null;
  return (
    <section className="steps" aria-labelledby="steps-title">
      <h3 id="steps-title">{t("work.steps")}</h3>
      {steps.length === 0 && <p className="soft">{t("work.noSteps")}</p>}
      <div className="row">
        {steps.map(({ key, text }) => (
          <Button key={key} size="small" aria-pressed={key === chosen} type={key === chosen ? "primary" : "default"} onClick={() => setChosen(key)}>
            {text}
          </Button>
        ))}
      </div>
      {step && (
        <StepForm
          key={step.key}
          step={step}
          ticket={ticket}
          pending={state.pending}
          take={(filled) => state.take(step, filled)}
          cancel={() => setChosen("")}
        />
      )}
    </section>
  );
}
