/** Who is signed in to the console. The session itself is a cookie that scripts cannot read. */
import { Code, ConnectError } from "@connectrpc/connect";
import { useCallback, useEffect, useState } from "react";
import type { Session } from "@/shared/gen/hotline/console/v1/session_service_pb";
import { clients, setCsrfToken } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";

export type SessionState =
  | { readonly kind: "loading" }
  | { readonly kind: "out"; readonly ended: boolean; readonly problem?: Problem }
  | { readonly kind: "in"; readonly session: Session };

export interface SessionActions {
  signedIn(session: Session): void;
  /** The server says that nobody is signed in any more. */
  ended(): void;
  signOut(): void;
}

export function useSession(): readonly [SessionState, SessionActions] {
  const [state, setState] = useState<SessionState>({ kind: "loading" });
  const signedIn = useCallback((session: Session) => {
    setCsrfToken(session.csrfToken);
    setState({ kind: "in", session });
  }, []);
  const ended = useCallback(() => {
    setCsrfToken("");
    setState({ kind: "out", ended: true });
  }, []);
  const signOut = useCallback(() => {
    const leave = () => {
      setCsrfToken("");
      setState({ kind: "out", ended: false });
    };
    // Where nobody heard of it nobody is signed out: the page stays, and the button can be pressed again.
    clients().session.signOut({}).then(leave, (error: unknown) => {
      if (ConnectError.from(error).code === Code.Unauthenticated) leave();
    });
  }, []);
  useEffect(() => {
    clients().session.getSession({}).then(
      ({ session }) => (session ? signedIn(session) : setState({ kind: "out", ended: false })),
      (error: unknown) => {
        const nobody = ConnectError.from(error).code === Code.Unauthenticated;
        setState(nobody ? { kind: "out", ended: false } : { kind: "out", ended: false, problem: problemOf(error) });
      },
    );
  }, [signedIn]);
  return [state, { signedIn, ended, signOut }];
}
