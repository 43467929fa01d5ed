import type { Clock } from "./clock";

/** A clock for tests, moved by hand. */
export class FakeClock implements Clock {
  private time = 1_000_000;
  private alarms: { readonly due: number; readonly run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const alarm = { due: this.time + ms, run };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets `ms` pass, and what was waited for come back. */
  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.alarms.filter((alarm) => alarm.due <= this.time);
    this.alarms = this.alarms.filter((alarm) => alarm.due > this.time);
    for (const alarm of due) alarm.run();
    await settled();
  }
}

/** Waits until every promise that can go on has gone on. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
