/**
 * One stream for all tabs of a browser that look at the same thing. Over HTTP/1.1 a browser has six connections to a
 * host: with a stream per tab the sixth tab would leave none for calls, and nothing could be saved any more.
 *
 *   leader     holds the browser's lock `name`, watches, and passes on what it hears
 *   follower   shows what it is told; the lock, and with it the stream, is its own when the leader's tab is gone
 *
 * The tab that came to the front last leads: browsers slow the timers of hidden tabs down.
 */
import { type Live, type LiveEvent } from "./live-model";
import type { Store } from "./store";

type Word =
  | { readonly kind: "hello" }
  | { readonly kind: "event"; readonly event: LiveEvent }
  | { readonly kind: "signedOut" };

export interface Shared {
  readonly name: string;
  readonly store: Store<Live, LiveEvent>;
  /** Opens a stream and keeps it. Returns: how to stop. */
  watch(send: (event: LiveEvent) => void, signedOut: () => void): () => void;
  signedOut(): void;
}

/** Follows the stream `name`, or leads it. Returns: how to stop. */
export function shareWatch({ name, store, watch, signedOut }: Shared): () => void {
  const channel = new BroadcastChannel(name);
  const say = (word: Word) => channel.postMessage(word);
  let queued = new AbortController();
  let resign: (() => void) | undefined;

  const lead = () =>
    new Promise<void>((resolve) => {
      const send = (event: LiveEvent) => {
        // A stream that only changed hands is no news.
        if (event.kind === "connecting" && event.attempt === 0 && store.get().link.state === "open") return;
        store.send(event);
        say({ kind: "event", event });
      };
      const stop = watch(send, () => {
        say({ kind: "signedOut" });
        signedOut();
      });
      resign = () => {
        resign = undefined;
        stop();
        resolve();
      };
    });
  const ask = (steal: boolean) => {
    queued.abort();
    const asked = (queued = new AbortController());
    // "steal" and "signal" exclude each other.
    const options = steal ? { steal } : { signal: asked.signal };
    navigator.locks.request(name, options, () => (asked.signal.aborted ? undefined : lead())).catch(() => {
      if (asked.signal.aborted) return;
      resign?.(); // another tab came to the front
      ask(false);
    });
  };
  const cameToFront = () => {
    if (document.visibilityState === "visible" && resign === undefined) ask(true);
  };

  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.kind === "hello") {
      if (resign !== undefined) say({ kind: "event", event: { kind: "told", live: store.get() } });
    } else if (resign === undefined) {
      if (data.kind === "event") store.send(data.event);
      else signedOut();
    }
  };
  document.addEventListener("visibilitychange", cameToFront);
  say({ kind: "hello" });
  ask(document.visibilityState === "visible");
  return () => {
    document.removeEventListener("visibilitychange", cameToFront);
    queued.abort();
    resign?.();
    channel.close();
  };
}
