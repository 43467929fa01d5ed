import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CallRecordSchema, TelephonyResult } from "@/shared/gen/hotline/router/v1/call_pb";
import { SeatSchema, Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { RatioSchema } from "@/shared/gen/hotline/router/v1/stats_pb";
import { UNKNOWN } from "@/shared/live/live-model";
import { endedCall, percent, rateOf, seatRows } from "./area-view";

const ratio = (numerator: bigint, denominator: bigint) => create(RatioSchema, { numerator, denominator });

describe("a rate", () => {
  it("keeps what it was made of", () => {
    expect(rateOf(ratio(28n, 39n))).toEqual({ numerator: 28, denominator: 39, share: 28 / 39, met: false });
  });

  it("is unknown without calls, and then no fault of anybody", () => {
    expect(rateOf(ratio(0n, 0n))).toMatchObject({ share: undefined, met: true });
    expect(rateOf(undefined).share).toBeUndefined();
  });

  it("is met from exactly the target on, and never rounded up to it", () => {
    expect(rateOf(ratio(9n, 10n)).met).toBe(true);
    expect(rateOf(ratio(8999n, 10000n)).met).toBe(false);
    expect(percent(0.9)).toBe("90.0%");
    expect(percent(0.8999)).toBe("89.9%");
    expect(percent(1)).toBe("100.0%");
  });
});

describe("rows", () => {
  const seats = new Map(["s10", "s9", "s2"].map((seatId) => [seatId, create(SeatSchema, { seatId, state: seatId === "s9" ? Seat_State.SIGNED_OUT : Seat_State.READY })]));
  const area = { ...UNKNOWN.area, seats };

  it("keep their places by number", () => {
    expect(seatRows(area, true).map((seat) => seat.seatId)).toEqual(["s2", "s9", "s10"]);
    expect(seatRows(area, false).map((seat) => seat.seatId)).toEqual(["s2", "s10"]);
  });

  it("of a call that never asked for a person has no wait", () => {
    const row = endedCall(create(CallRecordSchema, { result: TelephonyResult.T14, endTime: { seconds: 5n } }));
    expect(row).toMatchObject({ code: "T14", waitMs: undefined, answered: false });
  });

  it("of an answered call waited until the answer", () => {
    const times = { answerTime: { seconds: 108n }, endTime: { seconds: 300n }, request: { requestTime: { seconds: 100n } } };
    expect(endedCall(create(CallRecordSchema, { result: TelephonyResult.T01, ...times })).waitMs).toBe(8000);
  });
});
