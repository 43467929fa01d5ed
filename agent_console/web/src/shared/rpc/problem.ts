import { Code, ConnectError } from "@connectrpc/connect";
import type { TextKey } from "@/shared/i18n/texts";

/** What went wrong, as a person can read it. */
export interface Problem {
  readonly text: TextKey;
  /** The server's own sentence, if it sent one. */
  readonly detail: string;
}

const TEXTS: Partial<Record<Code, TextKey>> = {
  [Code.InvalidArgument]: "error.invalid",
  [Code.Unauthenticated]: "error.unauthenticated",
  [Code.PermissionDenied]: "error.denied",
  [Code.NotFound]: "error.notFound",
  [Code.FailedPrecondition]: "error.precondition",
  [Code.Aborted]: "error.aborted",
  [Code.ResourceExhausted]: "error.exhausted",
  [Code.Unavailable]: "error.unavailable",
  [Code.DeadlineExceeded]: "error.timeout",
};

export function problemOf(error: unknown): Problem {
  const { code, rawMessage } = ConnectError.from(error);
  return { text: TEXTS[code] ?? "error.other", detail: rawMessage };
}
