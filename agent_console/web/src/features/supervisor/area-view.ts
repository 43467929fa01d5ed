/** What the supervisor's page shows, derived from the live area. Pure. */
import { type CallRecord, TelephonyResult } from "@/shared/gen/hotline/router/v1/call_pb";
import type { Queue } from "@/shared/gen/hotline/router/v1/queue_pb";
import { type Seat, Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import type { Station } from "@/shared/gen/hotline/router/v1/station_pb";
import type { Ratio } from "@/shared/gen/hotline/router/v1/stats_pb";
import type { Area } from "@/shared/live/live-model";
import { spanMs, timeMs } from "@/shared/time/spans";

/** What the connect rates are held against. */
export const TARGET = 0.9;

export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
  /** Undefined while there were no calls: 0/0 is not 0 %. */
  readonly share: number | undefined;
  readonly met: boolean;
}

export function rateOf(ratio: Ratio | undefined): Rate {
  const numerator = Number(ratio?.numerator ?? 0n);
  const denominator = Number(ratio?.denominator ?? 0n);
  const share = denominator === 0 ? undefined : numerator / denominator;
  return { numerator, denominator, share, met: share === undefined || share >= TARGET };
}

/** Rounded down: 89.96 % must not look like the target. */
export function percent(share: number, digits = 1): string {
  const factor = 10 ** digits;
  // The tiny addend keeps 0.9 from becoming 89.9 by the way binary fractions are.
  return `${(Math.floor(share * 100 * factor + 1e-9) / factor).toFixed(digits)}%`;
}

export interface Pulse {
  readonly waiting: number;
  readonly longestMs: number;
  readonly ringing: number;
  readonly talking: number;
  readonly ready: number;
  readonly signedIn: number;
}

export function pulseOf(area: Area): Pulse {
  const queues = [...area.queues.values()];
  const seats = [...area.seats.values()];
  const sum = (pick: (queue: Queue) => number) => queues.reduce((total, queue) => total + pick(queue), 0);
  return {
    waiting: sum((queue) => queue.waiting),
    longestMs: Math.max(0, ...queues.map((queue) => spanMs(queue.longestWait))),
    ringing: sum((queue) => queue.offered),
    talking: sum((queue) => queue.connected),
    ready: seats.filter((seat) => seat.state === Seat_State.READY).length,
    signedIn: seats.filter(isSignedIn).length,
  };
}

export function isSignedIn(seat: Seat): boolean {
  return seat.state !== Seat_State.SIGNED_OUT && seat.state !== Seat_State.UNSPECIFIED;
}

const byId = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

/** In the order of their ids: a row stays where the eye left it. */
export function seatRows(area: Area, signedOutToo: boolean): Seat[] {
  const seats = [...area.seats.values()].filter((seat) => signedOutToo || isSignedIn(seat));
  return seats.sort((a, b) => byId(a.seatId, b.seatId));
}

export function queueRows(area: Area): Queue[] {
  return [...area.queues.values()].sort((a, b) => byId(a.queueId, b.queueId));
}

const LEVELS = ["city", "county", "township", "village"];

export function stationRows(area: Area): Station[] {
  const rank = (station: Station) => LEVELS.indexOf(station.level);
  return [...area.stations.values()].sort((a, b) => rank(a) - rank(b) || byId(a.stationId, b.stationId));
}

export interface EndedCall {
  readonly id: string;
  readonly code: string;
  readonly answered: boolean;
  readonly endedAt: number;
  readonly queue: string;
  readonly entry: string;
  readonly waitMs: number | undefined;
  readonly by: string;
}

export const resultCode = (result: TelephonyResult) => `T${String(result).padStart(2, "0")}`;

export function endedCall(record: CallRecord): EndedCall {
  const asked = timeMs(record.request?.requestTime);
  const until = timeMs(record.answerTime) ?? timeMs(record.endTime);
  return {
    id: record.request?.callId ?? "",
    code: resultCode(record.result),
    answered: record.result === TelephonyResult.T01 || record.result === TelephonyResult.T02,
    endedAt: timeMs(record.endTime) ?? 0,
    queue: record.request?.queue ?? "",
    entry: record.request?.entry ?? "",
    waitMs: asked === undefined || until === undefined ? undefined : until - asked,
    by: record.answeredBy?.id ?? "",
  };
}
