/** Keeps one WatchConsole stream open and feeds what it says to the live model. */
import { Code, ConnectError } from "@connectrpc/connect";
import type { WatchConsoleResponse } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import type { Clock } from "@/shared/time/clock";
import { LONGEST_WAIT_MS, waitBeforeTry } from "./backoff";
import type { LiveEvent } from "./live-model";

/** The gateway sends at least every 10 s; after this long without a word the stream is taken for dead. */
export const SILENCE_MS = 25_000;

export interface WatchPorts {
  open(signal: AbortSignal): AsyncIterable<WatchConsoleResponse>;
  send(event: LiveEvent): void;
  /** The session is over: nothing more is tried. */
  signedOut(): void;
  clock: Clock;
  random(): number;
}

/** Starts watching. Returns: how to stop. */
export function watchConsole(ports: WatchPorts): () => void {
  const stopped = new AbortController();
  let cancel = () => {};

  const listen = async (attempt: number): Promise<void> => {
    const stream = new AbortController();
    const giveUp = () => stream.abort(new ConnectError("The gateway went silent.", Code.DeadlineExceeded));
    const guard = () => {
      cancel();
      cancel = ports.clock.after(SILENCE_MS, giveUp);
    };
    const stop = () => stream.abort();
    stopped.signal.addEventListener("abort", stop);
    ports.send({ kind: "connecting", attempt });
    let failures = attempt;
    let code = Code.Unavailable;
    guard();
    try {
      for await (const message of ports.open(stream.signal)) {
        failures = 0;
        guard();
        ports.send({ kind: "message", message, at: ports.clock.now() });
      }
    } catch (error) {
      code = ConnectError.from(error).code;
    } finally {
      cancel();
      stopped.signal.removeEventListener("abort", stop);
    }
    if (stopped.signal.aborted) return;
    if (code === Code.Unauthenticated) {
      ports.signedOut();
      return;
    }
    // A gateway that has enough of us is not asked again at once, or pages would push each other out in turn.
    const wait = code === Code.ResourceExhausted ? LONGEST_WAIT_MS : waitBeforeTry(failures + 1, ports.random());
    ports.send({ kind: "ended", attempt: failures + 1, retryAt: ports.clock.now() + wait, code });
    cancel = ports.clock.after(wait, () => void listen(failures + 1));
  };

  void listen(0);
  return () => {
    stopped.abort();
    cancel();
  };
}
