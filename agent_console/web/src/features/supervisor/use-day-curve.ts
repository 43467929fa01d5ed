import { useEffect, useState } from "react";
import { clients } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";
import { useClock } from "@/shared/time/use-now";
import { type DayPoint, dayPoints } from "./day-curve";

const REFRESH_MS = 60_000;

/** The day's curve: read at first, then every minute; sooner when the first call of the day is answered. */
export function useDayCurve(answered: bigint | undefined) {
  const clock = useClock();
  const [points, setPoints] = useState<readonly DayPoint[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const begun = answered !== undefined && answered > 0n;
  useEffect(() => {
    const gone = new AbortController();
    let cancel = () => {};
    const read = async () => {
      try {
        const curve = await clients().watch.getDayCurve({}, { signal: gone.signal });
        setPoints(dayPoints(curve));
        setProblem(undefined);
      } catch (error) {
        if (!gone.signal.aborted) setProblem(problemOf(error));
      }
      if (!gone.signal.aborted) cancel = clock.after(REFRESH_MS, () => void read());
    };
    void read();
    return () => {
      gone.abort();
      cancel();
    };
  }, [clock, begun]);
  return { points, problem };
}
