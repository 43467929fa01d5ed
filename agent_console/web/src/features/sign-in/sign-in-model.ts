import { Code, ConnectError } from "@connectrpc/connect";
import type { TextKey } from "@/shared/i18n/texts";
import { type Problem, problemOf } from "@/shared/rpc/problem";

export const PASSWORD_MIN = 8;

/** What is missing before it makes sense to ask the server. */
export function signInFault(account: string, password: string): TextKey | undefined {
  return account.trim() === "" || password.length < PASSWORD_MIN ? "signIn.missing" : undefined;
}

/** A refusal at sign-in means the password, not the session. */
export function signInProblem(error: unknown): Problem {
  const wrong = ConnectError.from(error).code === Code.Unauthenticated;
  return wrong ? { text: "signIn.wrong", detail: "" } : problemOf(error);
}
