import { type UnaryRequest, type UnaryResponse, Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { callingCutsUnavailable } from "./clients";

const after = (error: Error) => callingCutsUnavailable(() => Promise.reject<UnaryResponse>(error))({} as UnaryRequest);

describe("a call that failed", () => {
  it("is unavailable when there was no connection", async () => {
    await expect(after(new TypeError("Failed to fetch"))).rejects.toMatchObject({ code: Code.Unavailable });
    await expect(after(ConnectError.from(new TypeError("Failed to fetch")))).rejects.toMatchObject({ code: Code.Unavailable });
  });

  it("is what the server said otherwise", async () => {
    const refusal = new ConnectError("no", Code.Aborted);
    await expect(after(refusal)).rejects.toBe(refusal);
  });
});
