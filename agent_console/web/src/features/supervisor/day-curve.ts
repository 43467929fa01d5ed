import type { GetDayCurveResponse } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { timeMs } from "@/shared/time/spans";
import { rateOf } from "./area-view";

/** One half hour of the day. */
export interface DayPoint {
  readonly start: number;
  readonly offered: number;
  /** Answered by seats and stations. */
  readonly reached: number;
  /** Connect rate A; undefined without calls. */
  readonly share: number | undefined;
}

export function dayPoints({ intervals }: GetDayCurveResponse): DayPoint[] {
  return intervals.map(({ startTime, stats }) => {
    const rate = rateOf(stats?.connectRateA);
    return { start: timeMs(startTime) ?? 0, offered: Number(stats?.offered ?? 0n), reached: rate.numerator, share: rate.share };
  });
}
