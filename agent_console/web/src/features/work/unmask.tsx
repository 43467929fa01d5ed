import { Button, Input } from "antd";
import { useState } from "react";
import { useText } from "@/shared/i18n/use-text";

interface Props {
  readonly masked: string;
  /** undefined: this person may not. */
  readonly unmask: ((reason: string) => Promise<string | undefined>) | undefined;
}

/** The caller's number: masked; in clear for who says why. */
export function Unmask({ masked, unmask }: Props) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [number, setNumber] = useState<string>();
  if (unmask === undefined) return <span className="number">{masked === "" ? t("caller.noNumber") : masked}</span>;
  if (number !== undefined) return <span className="number strong" role="status">{number === "" ? t("caller.noNumber") : number}</span>;
  return (
    <span className="row">
      <span className="number">{masked === "" ? t("caller.noNumber") : masked}</span>
      {!asking && <Button size="small" onClick={() => setAsking(true)}>{t("work.unmask")}</Button>}
      {asking && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "") void unmask(reason.trim()).then(setNumber);
          }}
        >
          <Input
            aria-label={t("work.unmaskReason")}
            placeholder={t("work.unmaskReason")}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button size="small" htmlType="submit" disabled={reason.trim() === ""}>{t("work.unmask")}</Button>
        </form>
      )}
    </span>
  );
}
