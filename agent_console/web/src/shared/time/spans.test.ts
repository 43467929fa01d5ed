import { describe, expect, it } from "vitest";
import { formatSpan, spanMs, timeMs } from "./spans";

describe("spans and times", () => {
  it("are written as people read them", () => {
    expect(formatSpan(0)).toBe("0:00");
    expect(formatSpan(65_999)).toBe("1:05");
    expect(formatSpan(3_600_000)).toBe("1:00:00");
    expect(formatSpan(-500)).toBe("0:00");
  });

  it("come from the contract's", () => {
    expect(timeMs(undefined)).toBeUndefined();
    expect(timeMs({ $typeName: "google.protobuf.Timestamp", seconds: 2n, nanos: 5_000_000 })).toBe(2005);
    expect(spanMs({ $typeName: "google.protobuf.Duration", seconds: 1n, nanos: 500_000_000 })).toBe(1500);
    expect(spanMs(undefined)).toBe(0);
  });
});
