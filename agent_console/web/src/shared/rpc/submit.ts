/** A change that is asked for once, however often the request has to be sent. */
import { Code, ConnectError } from "@connectrpc/connect";
import { waitBeforeTry } from "@/shared/live/backoff";
import type { Clock } from "@/shared/time/clock";

/** A click is about now: what could not be sent within this is refused, and may be clicked again. */
export const CLICK_PATIENCE_MS = 5_000;
/** A text is worth as much later: it is sent when the connection is back, a restarted gateway's included. */
export const TEXT_PATIENCE_MS = 120_000;
/** Who waits for a save looks at the screen: the wait between two tries stays short. */
export const LONGEST_PAUSE_MS = 2_000;

const WORTH_REPEATING = new Set([Code.Unavailable, Code.DeadlineExceeded]);

/**
 * Calls `send` with one request id until it is answered, or no try begins within `patienceMs` any more. Only what may
 * not have arrived is sent again, always with the same id, so that the server carries it out once: `send` has to ask
 * for the same thing every time.
 */
export async function submit<Reply>(
  send: (requestId: string) => Promise<Reply>,
  patienceMs: number,
  clock: Clock,
  random: () => number = Math.random,
): Promise<Reply> {
  const requestId = crypto.randomUUID();
  const last = clock.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(requestId);
    } catch (error) {
      const { code } = ConnectError.from(error);
      const pause = Math.min(LONGEST_PAUSE_MS, waitBeforeTry(attempt, random()));
      if (!WORTH_REPEATING.has(code) || clock.now() + pause > last) throw error;
      await new Promise<void>((resolve) => void clock.after(pause, resolve));
    }
  }
}
