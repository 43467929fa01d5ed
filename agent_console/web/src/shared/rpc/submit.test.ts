import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { LONGEST_WAIT_MS } from "@/shared/live/backoff";
import { FakeClock, settled } from "@/shared/time/fake-clock";
import { TRIES, submit } from "./submit";

function failing(...codes: Code[]) {
  const ids: string[] = [];
  const send = (requestId: string) => {
    ids.push(requestId);
    const code = codes.shift();
    return code === undefined ? Promise.resolve("done") : Promise.reject(new ConnectError("no", code));
  };
  return { ids, send };
}

describe("a submitted change", () => {
  it("is sent again with the same request id when it may not have arrived", async () => {
    const clock = new FakeClock();
    const { ids, send } = failing(Code.Unavailable, Code.DeadlineExceeded);
    const reply = submit(send, clock, () => 0);
    await settled();
    await clock.pass(LONGEST_WAIT_MS);
    await clock.pass(LONGEST_WAIT_MS);
    expect(await reply).toBe("done");
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it("is not repeated when it was refused", async () => {
    const { ids, send } = failing(Code.Aborted);
    await expect(submit(send, new FakeClock())).rejects.toMatchObject({ code: Code.Aborted });
    expect(ids).toHaveLength(1);
  });

  it("is given up after so many tries", async () => {
    const clock = new FakeClock();
    const { ids, send } = failing(...Array.from({ length: TRIES + 1 }, () => Code.Unavailable));
    const reply = expect(submit(send, clock, () => 0)).rejects.toMatchObject({ code: Code.Unavailable });
    await settled();
    for (let wait = 1; wait < TRIES; wait += 1) await clock.pass(LONGEST_WAIT_MS);
    await reply;
    expect(ids).toHaveLength(TRIES);
  });
});
