import { type MessageInitShape, create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { WatchConsoleResponseSchema } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { ENDED_CALLS_KEPT, type Live, UNKNOWN, isStale, reduceLive } from "./live-model";

type Init = MessageInitShape<typeof WatchConsoleResponseSchema>;

const said = (live: Live, init: Init, at = 1000) =>
  reduceLive(live, { kind: "message", message: create(WatchConsoleResponseSchema, { live: true, ...init }), at });
const callOf = (callId: string) => ({ request: { callId } });

describe("the live picture", () => {
  it("is unknown until the first full message", () => {
    expect(said(UNKNOWN, { seat: { seatId: "s1" } }).known).toBe(false);
    expect(said(UNKNOWN, { full: true }).known).toBe(true);
  });

  it("keeps what a message does not mention", () => {
    const first = said(UNKNOWN, { full: true, seats: [{ seatId: "s1", agent: "a" }], queues: [{ queueId: "q", waiting: 3 }] });
    const next = said(first, { seats: [{ seatId: "s2" }] });
    expect([...next.area.seats.keys()]).toEqual(["s1", "s2"]);
    expect(next.area.queues.get("q")?.waiting).toBe(3);
  });

  it("forgets everything at a full message", () => {
    const first = said(UNKNOWN, { full: true, seats: [{ seatId: "s1" }], ticket: { ticketNo: "GD1" } });
    const next = said(first, { full: true });
    expect(next.area.seats.size).toBe(0);
    expect(next.ticket).toBeUndefined();
  });

  it("clears call and caller with the seat's call, and keeps the ticket to write it up", () => {
    const talking = said(UNKNOWN, {
      full: true, seat: { seatId: "s1", callId: "C1" }, call: callOf("C1"), caller: { callId: "C1" }, ticket: { ticketNo: "GD1" },
    });
    const after = said(talking, { seat: { seatId: "s1" } });
    expect(after.call).toBeUndefined();
    expect(after.caller).toBeUndefined();
    expect(after.ticket?.ticketNo).toBe("GD1");
  });

  it("moves a call from the live ones to the ended ones, newest first, at most so many", () => {
    const first = said(UNKNOWN, { full: true, calls: [callOf("A"), callOf("B")] });
    const next = said(said(first, { ended: [callOf("A")] }), { ended: [callOf("X"), callOf("Y")] });
    expect([...next.area.calls.keys()]).toEqual(["B"]);
    expect(next.area.ended.map((record) => record.request?.callId)).toEqual(["Y", "X", "A"]);
    const many = Array.from({ length: ENDED_CALLS_KEPT + 5 }, (_, index) => callOf(`M${index}`));
    expect(said(next, { ended: many }).area.ended).toHaveLength(ENDED_CALLS_KEPT);
  });

  it("takes the server's clock from the least delayed message", () => {
    const first = said(UNKNOWN, { full: true, time: timestampFromMs(5000) }, 1000);
    expect(first.offset).toBe(4000);
    expect(said(first, { time: timestampFromMs(6000) }, 2500).offset).toBe(4000);
    expect(said(first, { time: timestampFromMs(7100) }, 3000).offset).toBe(4100);
  });

  it("is stale without a stream or without a router", () => {
    const live = said(UNKNOWN, { full: true });
    expect(isStale(live)).toBe(false);
    expect(isStale(said(live, { live: false }))).toBe(true);
    const ended = reduceLive(live, { kind: "ended", attempt: 1, retryAt: 5, code: Code.Unavailable });
    expect(isStale(ended)).toBe(true);
    expect(ended.known).toBe(true);
  });
});
