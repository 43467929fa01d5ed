import type { ReactNode } from "react";
import { useText } from "@/shared/i18n/use-text";
import type { Problem } from "@/shared/rpc/problem";
import type { Tone } from "./badge";

/** A remark in its place; `alert` is read out at once. */
export function Note({ tone, alert, children }: { readonly tone: Tone; readonly alert?: boolean; readonly children: ReactNode }) {
  return (
    <div className={`note tone-${tone}`} role={alert === true ? "alert" : "status"}>
      <div>{children}</div>
    </div>
  );
}

export function ProblemNote({ problem }: { readonly problem: Problem | undefined }) {
  const t = useText();
  if (problem === undefined) return null;
  return (
    <Note tone="bad" alert>
      {t(problem.text)}
      {problem.detail !== "" && <div className="small">{t("error.detail", { detail: problem.detail })}</div>}
    </Note>
  );
}
