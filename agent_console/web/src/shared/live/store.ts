import { useSyncExternalStore } from "react";

/** A reducer with listeners: the bridge from a pure model to views. */
export interface Store<State, Event> {
  get(): State;
  send(event: Event): void;
  listen(listener: () => void): () => void;
}

export function createStore<State, Event>(
  initial: State,
  reduce: (state: State, event: Event) => State,
): Store<State, Event> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    send: (event) => {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<State, Event>(store: Store<State, Event>): State {
  return useSyncExternalStore(store.listen, store.get);
}
