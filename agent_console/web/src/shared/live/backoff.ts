export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 15_000;

/**
 * How long to wait before try `attempt` (1, 2, 3 …): doubling, at most LONGEST_WAIT_MS, the upper half of it at
 * random, so that two hundred pages do not come back in the same moment. `random` is in [0, 1).
 */
export function waitBeforeTry(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 16));
  return Math.round(longest / 2 + (longest / 2) * random);
}
