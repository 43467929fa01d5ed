import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { FakeClock, settled } from "@/shared/time/fake-clock";
import { CLICK_PATIENCE_MS, LONGEST_PAUSE_MS, TEXT_PATIENCE_MS, submit } from "./submit";

function failing(...codes: Code[]) {
  const ids: string[] = [];
  const send = (requestId: string) => {
    ids.push(requestId);
    const code = codes.shift();
    return code === undefined ? Promise.resolve("done") : Promise.reject(new ConnectError("no", code));
  };
  return { ids, send };
}

/** A server that is away for `ms`. */
function away(clock: FakeClock, ms: number) {
  const back = clock.now() + ms;
  return () => (clock.now() < back ? Promise.reject(new ConnectError("no", Code.Unavailable)) : Promise.resolve("done"));
}

async function passInPauses(clock: FakeClock, ms: number): Promise<void> {
  await settled();
  for (let passed = 0; passed <= ms; passed += LONGEST_PAUSE_MS) await clock.pass(LONGEST_PAUSE_MS);
}

describe("a submitted change", () => {
  it("is sent again with the same request id when it may not have arrived", async () => {
    const clock = new FakeClock();
    const { ids, send } = failing(Code.Unavailable, Code.DeadlineExceeded);
    const reply = submit(send, CLICK_PATIENCE_MS, clock, () => 0);
    await passInPauses(clock, LONGEST_PAUSE_MS);
    expect(await reply).toBe("done");
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it("is not repeated when it was refused", async () => {
    const { ids, send } = failing(Code.Aborted);
    await expect(submit(send, TEXT_PATIENCE_MS, new FakeClock())).rejects.toMatchObject({ code: Code.Aborted });
    expect(ids).toHaveLength(1);
  });

  it("outlives a gateway that needs a minute to come back, if it is a text", async () => {
    const clock = new FakeClock();
    const reply = submit(away(clock, 60_000), TEXT_PATIENCE_MS, clock, () => 0.5);
    await passInPauses(clock, 60_000);
    expect(await reply).toBe("done");
  });

  it("is given up after its time", async () => {
    const clock = new FakeClock();
    const refused = expect(submit(away(clock, 60_000), CLICK_PATIENCE_MS, clock, () => 0.5)).rejects.toMatchObject({ code: Code.Unavailable });
    await passInPauses(clock, CLICK_PATIENCE_MS);
    await refused;
  });
});
