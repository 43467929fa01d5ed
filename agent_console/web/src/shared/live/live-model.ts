/**
 * What the page knows from its one stream: pure, fed by watch-console.ts.
 *
 *   connecting ── message ──► open ── ended / silent ──► waiting ── time ──► connecting
 *
 * A message sets only what changed; one marked `full` replaces everything.
 */
import type { Code } from "@connectrpc/connect";
import type { Caller, WatchConsoleResponse } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import type { GetAreaResponse } from "@/shared/gen/hotline/router/v1/area_service_pb";
import type { Call, CallRecord } from "@/shared/gen/hotline/router/v1/call_pb";
import type { Queue } from "@/shared/gen/hotline/router/v1/queue_pb";
import type { Seat } from "@/shared/gen/hotline/router/v1/seat_pb";
import type { Station } from "@/shared/gen/hotline/router/v1/station_pb";
import type { AreaStats } from "@/shared/gen/hotline/router/v1/stats_pb";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { timeMs } from "@/shared/time/spans";

export const ENDED_CALLS_KEPT = 100;

export type Link =
  | { readonly state: "connecting"; readonly attempt: number }
  | { readonly state: "open" }
  | { readonly state: "waiting"; readonly attempt: number; readonly retryAt: number; readonly code: Code };

export interface Area {
  readonly seats: ReadonlyMap<string, Seat>;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly stations: ReadonlyMap<string, Station>;
  readonly calls: ReadonlyMap<string, Call>;
  /** Newest first. */
  readonly ended: readonly CallRecord[];
  readonly today?: AreaStats | undefined;
  readonly day24h?: AreaStats | undefined;
  readonly router?: GetAreaResponse | undefined;
}

export interface Live {
  readonly link: Link;
  /** True once a full picture has come. */
  readonly known: boolean;
  /** False while no router can be reached. */
  readonly routerLive: boolean;
  /** Server's clock minus ours, in ms; the largest of this connection: a late message makes it too small. */
  readonly offset: number;
  readonly seat?: Seat | undefined;
  readonly call?: Call | undefined;
  readonly caller?: Caller | undefined;
  readonly ticket?: Ticket | undefined;
  readonly area: Area;
}

export type LiveEvent =
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "message"; readonly message: WatchConsoleResponse; readonly at: number }
  | { readonly kind: "ended"; readonly attempt: number; readonly retryAt: number; readonly code: Code }
  /** All that another tab of this browser knows. */
  | { readonly kind: "told"; readonly live: Live };

const NOTHING: Area = { seats: new Map(), queues: new Map(), stations: new Map(), calls: new Map(), ended: [] };

export const UNKNOWN: Live = {
  link: { state: "connecting", attempt: 0 },
  known: false,
  routerLive: false,
  offset: 0,
  area: NOTHING,
};

function merged<T>(old: ReadonlyMap<string, T>, changed: readonly T[], id: (item: T) => string) {
  if (changed.length === 0) return old;
  const next = new Map(old);
  for (const item of changed) next.set(id(item), item);
  return next;
}

const callId = (call: { request?: { callId: string } | undefined }) => call.request?.callId ?? "";

function liveCalls(old: ReadonlyMap<string, Call>, message: WatchConsoleResponse) {
  const calls = merged(old, message.calls, callId);
  const over = message.ended.map(callId).filter((id) => calls.has(id));
  if (over.length === 0) return calls;
  const next = new Map(calls);
  for (const id of over) next.delete(id);
  return next;
}

function endedCalls(old: readonly CallRecord[], news: readonly CallRecord[]) {
  if (news.length === 0) return old;
  const ids = new Set(news.map(callId));
  const kept = old.filter((record) => !ids.has(callId(record)));
  return [...news].reverse().concat(kept).slice(0, ENDED_CALLS_KEPT);
}

function areaAfter(old: Area, message: WatchConsoleResponse): Area {
  return {
    seats: merged(old.seats, message.seats, (seat) => seat.seatId),
    queues: merged(old.queues, message.queues, (queue) => queue.queueId),
    stations: merged(old.stations, message.stations, (station) => station.stationId),
    calls: liveCalls(old.calls, message),
    ended: endedCalls(old.ended, message.ended),
    today: message.statsToday ?? old.today,
    day24h: message.stats24h ?? old.day24h,
    router: message.router ?? old.router,
  };
}

function afterMessage(live: Live, message: WatchConsoleResponse, at: number): Live {
  const old = message.full ? { ...UNKNOWN, offset: live.offset, link: live.link } : live;
  const seat = message.seat ?? old.seat;
  const talks = seat !== undefined && seat.callId !== "";
  const sent = timeMs(message.time);
  const offset = sent === undefined ? old.offset : sent - at;
  return {
    link: old.link.state === "open" ? old.link : { state: "open" },
    known: old.known || message.full,
    routerLive: message.live,
    offset: old.link.state === "open" ? Math.max(old.offset, offset) : offset,
    seat,
    call: talks ? (message.call ?? old.call) : undefined,
    caller: talks ? (message.caller ?? old.caller) : undefined,
    ticket: message.ticket ?? old.ticket,
    area: areaAfter(old.area, message),
  };
}

export function reduceLive(live: Live, event: LiveEvent): Live {
  switch (event.kind) {
    case "connecting":
      return { ...live, link: { state: "connecting", attempt: event.attempt } };
    case "message":
      return afterMessage(live, event.message, event.at);
    case "ended":
      return {
        ...live,
        link: { state: "waiting", attempt: event.attempt, retryAt: event.retryAt, code: event.code },
      };
    case "told":
      return event.live;
  }
}

/** True while what is shown may be old. */
export function isStale(live: Live): boolean {
  return live.link.state !== "open" || !live.routerLive;
}
