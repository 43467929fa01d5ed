import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { type WatchConsoleResponse, WatchConsoleResponseSchema } from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { FakeClock, settled } from "@/shared/time/fake-clock";
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, waitBeforeTry } from "./backoff";
import type { LiveEvent } from "./live-model";
import { SILENCE_MS, watchConsole } from "./watch-console";

/** A stream the test speaks on. */
class Stream {
  private readonly backlog: (WatchConsoleResponse | Error)[] = [];
  private wake = () => {};

  constructor(readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => this.put(new ConnectError("aborted", Code.Canceled)));
  }

  put(item: WatchConsoleResponse | Error): void {
    this.backlog.push(item);
    this.wake();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const item = this.backlog.shift();
      if (item instanceof Error) throw item;
      if (item) yield item;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function watching() {
  const clock = new FakeClock();
  const streams: Stream[] = [];
  const events: LiveEvent[] = [];
  const out = { count: 0 };
  const stop = watchConsole({
    clock,
    random: () => 0.5,
    send: (event) => events.push(event),
    signedOut: () => (out.count += 1),
    open: (signal) => {
      const stream = new Stream(signal);
      streams.push(stream);
      return stream;
    },
  });
  return { clock, streams, events, out, stop, last: () => events.at(-1) };
}

const word = () => create(WatchConsoleResponseSchema, { live: true });

describe("the stream's keeper", () => {
  it("tries again after growing waits, and starts over once it was heard", async () => {
    const { clock, streams, last } = watching();
    for (const attempt of [1, 2, 3]) {
      streams.at(-1)?.put(new ConnectError("gone", Code.Unavailable));
      await settled();
      expect(last()).toMatchObject({ kind: "ended", attempt, code: Code.Unavailable });
      await clock.pass(waitBeforeTry(attempt, 0.5));
      expect(streams).toHaveLength(attempt + 1);
    }
    streams.at(-1)?.put(word());
    streams.at(-1)?.put(new ConnectError("gone", Code.Unavailable));
    await settled();
    expect(last()).toMatchObject({ kind: "ended", attempt: 1 });
  });

  it("waits longest when the gateway has too many", async () => {
    const { clock, streams } = watching();
    streams[0]?.put(word());
    streams[0]?.put(new ConnectError("enough", Code.ResourceExhausted));
    await settled();
    await clock.pass(LONGEST_WAIT_MS - 1);
    expect(streams).toHaveLength(1);
    await clock.pass(1);
    expect(streams).toHaveLength(2);
  });

  it("takes a silent stream for dead", async () => {
    const { clock, streams, last } = watching();
    streams[0]?.put(word());
    await settled();
    await clock.pass(SILENCE_MS - 1);
    expect(streams[0]?.signal.aborted).toBe(false);
    await clock.pass(1);
    expect(streams[0]?.signal.aborted).toBe(true);
    expect(last()).toMatchObject({ kind: "ended", attempt: 1 });
  });

  it("stops when the session is over", async () => {
    const { clock, streams, out } = watching();
    streams[0]?.put(new ConnectError("", Code.Unauthenticated));
    await settled();
    await clock.pass(LONGEST_WAIT_MS);
    expect(out.count).toBe(1);
    expect(streams).toHaveLength(1);
  });

  it("has nothing open and tries nothing after it was stopped", async () => {
    const { clock, streams, stop, events } = watching();
    await settled();
    stop();
    await settled();
    const said = events.length;
    await clock.pass(SILENCE_MS + LONGEST_WAIT_MS);
    expect(streams).toHaveLength(1);
    expect(events).toHaveLength(said);
  });
});

describe("the wait before a try", () => {
  it("doubles up to its limit, with the upper half at random", () => {
    expect(waitBeforeTry(1, 0)).toBe(FIRST_WAIT_MS / 2);
    expect(waitBeforeTry(1, 0.999)).toBeLessThanOrEqual(FIRST_WAIT_MS);
    expect(waitBeforeTry(3, 0)).toBe(FIRST_WAIT_MS * 2);
    expect(waitBeforeTry(1000, 0.999)).toBeLessThanOrEqual(LONGEST_WAIT_MS);
  });
});
