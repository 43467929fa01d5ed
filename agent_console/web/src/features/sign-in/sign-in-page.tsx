import { Button, Input } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Session } from "@/shared/gen/hotline/console/v1/session_service_pb";
import { useText } from "@/shared/i18n/use-text";
import { clients } from "@/shared/rpc/clients";
import type { Problem } from "@/shared/rpc/problem";
import { Note, ProblemNote } from "@/shared/ui/note";
import { signInFault, signInProblem } from "./sign-in-model";
import "./sign-in.css";

interface Props {
  readonly ended: boolean;
  readonly problem: Problem | undefined;
  readonly signedIn: (session: Session) => void;
  readonly language: ReactNode;
}

export function SignInPage({ ended, problem: earlier, signedIn, language }: Props) {
  const t = useText();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState(earlier);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const fault = signInFault(account, password);
    if (fault !== undefined) {
      setProblem({ text: fault, detail: "" });
      return;
    }
    setPending(true);
    setProblem(undefined);
    try {
      const { session } = await clients().session.signIn({ account: account.trim(), password });
      if (session) signedIn(session);
    } catch (error) {
      setProblem(signInProblem(error));
      setPassword("");
    } finally {
      setPending(false);
    }
  };

  return (
    <main className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)} noValidate>
        <div className="panel-head">
          <h1>{t("app.title")}</h1>
          {language}
        </div>
        {ended && problem === undefined && <Note tone="warn">{t("signIn.ended")}</Note>}
        <ProblemNote problem={problem} />
        <label htmlFor="account">{t("signIn.account")}</label>
        <Input
          id="account"
          autoFocus
          autoComplete="username"
          maxLength={64}
          value={account}
          onChange={(event) => setAccount(event.target.value)}
        />
        <label htmlFor="password">{t("signIn.password")}</label>
        <Input
          id="password"
          type="password"
          autoComplete="current-password"
          maxLength={128}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="primary" htmlType="submit" loading={pending} block>
          {pending ? t("signIn.pending") : t("signIn.submit")}
        </Button>
      </form>
    </main>
  );
}
