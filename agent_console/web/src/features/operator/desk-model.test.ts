import { type MessageInitShape, create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { CallerSchema } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { CallSchema, Call_State } from "@/shared/gen/hotline/router/v1/call_pb";
import { SeatSchema, Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { type Live, UNKNOWN } from "@/shared/live/live-model";
import { type Desk, deskSnapshot, reduceDesk } from "./desk-model";

const seat = (init: MessageInitShape<typeof SeatSchema>) =>
  create(SeatSchema, { seatId: "s1", agent: "wang", stateTime: timestampFromMs(1000), ...init });
const live = (state: Seat_State, more: MessageInitShape<typeof SeatSchema> = {}): Live => ({
  ...UNKNOWN, known: true, seat: seat({ state, ...more }),
});
const shown = (picture: Live, desk: Desk = {}) => deskSnapshot(desk, picture, "wang");
const possible = (picture: Live, desk?: Desk) =>
  Object.entries(shown(picture, desk).may).filter(([, may]) => may).map(([wish]) => wish);

describe("what is possible at a desk", () => {
  it.each([
    [Seat_State.SIGNED_OUT, ["signIn"]],
    [Seat_State.NOT_READY, ["signOut", "setReady", "setNotReady"]],
    [Seat_State.READY, ["signOut", "setNotReady"]],
    [Seat_State.OFFERED, ["signOut"]],
    [Seat_State.ON_CALL, ["signOut", "setNotReady"]],
    [Seat_State.WRAP_UP, ["signOut", "setReady", "setNotReady", "extendWrapUp"]],
    [Seat_State.UNKNOWN, ["signOut", "setReady", "setNotReady"]],
  ])("in state %i", (state, wishes) => {
    expect(possible(live(state))).toEqual(wishes);
  });

  it("is nothing before the first full picture", () => {
    expect(possible(UNKNOWN)).toEqual([]);
  });

  it("is nothing at a seat somebody else signed in to", () => {
    const taken = live(Seat_State.READY, { agent: "li" });
    expect(possible(taken)).toEqual([]);
    expect(shown(taken)).toMatchObject({ absent: true, takenBy: "li" });
  });
});

describe("a wish", () => {
  const asked = reduceDesk({}, { kind: "asked", wish: { kind: "setReady" } });
  const reply = seat({ state: Seat_State.READY, stateTime: timestampFromMs(2000) });
  const replied = reduceDesk(asked, { kind: "replied", seat: reply });

  it("changes no state on the screen: the stream does", () => {
    const before = live(Seat_State.NOT_READY);
    expect(shown(before, asked)).toMatchObject({ pending: true, seat: { state: Seat_State.NOT_READY } });
    expect(shown(before, replied)).toMatchObject({ pending: true, seat: { state: Seat_State.NOT_READY } });
    expect(shown({ ...before, seat: reply }, replied).pending).toBe(false);
  });

  it("is over when it was refused, with the reason", () => {
    const refused = reduceDesk(asked, { kind: "refused", problem: { text: "error.precondition", detail: "no" } });
    expect(shown(live(Seat_State.NOT_READY), refused)).toMatchObject({ pending: false, problem: { detail: "no" } });
  });

  it("for after the call is shown until the call is over", () => {
    const wish = { kind: "setNotReady", reason: "break" } as const;
    const talking = live(Seat_State.ON_CALL);
    const planned = reduceDesk(reduceDesk({}, { kind: "asked", wish }), { kind: "replied", seat: talking.seat });
    expect(shown(talking, planned)).toMatchObject({ pending: false, planned: wish });
    expect(shown(live(Seat_State.NOT_READY), planned).planned).toBeUndefined();
  });
});

describe("the desk's call", () => {
  const call = create(CallSchema, { request: { callId: "C1" }, state: Call_State.CONNECTED });
  const caller = create(CallerSchema, { callId: "C1" });

  it("is an offer while the seat rings and a talk when it answered", () => {
    const ringing = { ...live(Seat_State.OFFERED, { callId: "C1" }), call, caller };
    expect(shown(ringing)).toMatchObject({ offer: { call, caller }, talk: undefined });
    const talking = { ...live(Seat_State.ON_CALL, { callId: "C1" }), call, caller };
    expect(shown(talking)).toMatchObject({ offer: undefined, talk: { call, caller } });
  });

  it("never shows another call's caller", () => {
    const other = create(CallerSchema, { callId: "C0" });
    expect(shown({ ...live(Seat_State.OFFERED, { callId: "C1" }), call, caller: other }).offer?.caller).toBeUndefined();
  });

  it("counts wrap-up to the time the router gave", () => {
    const wrapping = live(Seat_State.WRAP_UP, { wrapUpEndTime: timestampFromMs(31_000) });
    expect(shown(wrapping).wrapUpEnd).toBe(31_000);
  });
});
