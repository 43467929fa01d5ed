/** A change that is asked for once, however often the request has to be sent. */
import { Code, ConnectError } from "@connectrpc/connect";
import { waitBeforeTry } from "@/shared/live/backoff";
import type { Clock } from "@/shared/time/clock";

export const TRIES = 4;

const WORTH_REPEATING = new Set([Code.Unavailable, Code.DeadlineExceeded]);

/**
 * Calls `send` with one request id until it is answered. Only what may not have arrived is sent again, and always
 * with the same id, so that the server carries it out once.
 */
export async function submit<Reply>(
  send: (requestId: string) => Promise<Reply>,
  clock: Clock,
  random: () => number = Math.random,
): Promise<Reply> {
  const requestId = crypto.randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(requestId);
    } catch (error) {
      const { code } = ConnectError.from(error);
      if (!WORTH_REPEATING.has(code) || attempt === TRIES) throw error;
      await new Promise<void>((resolve) => void clock.after(waitBeforeTry(attempt, random()), resolve));
    }
  }
}
