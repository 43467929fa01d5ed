import { describe, expect, it } from "vitest";
import { FakeClock } from "@/shared/time/fake-clock";
import { EMPTY } from "./content";
import { DRAFT_LIFE_MS, DraftStore, MAX_DRAFTS, type Shelf } from "./draft-store";

class MapShelf implements Shelf {
  readonly items = new Map<string, string>();
  get length() {
    return this.items.size;
  }
  key(index: number) {
    return [...this.items.keys()][index] ?? null;
  }
  getItem(key: string) {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.items.set(key, value);
  }
  removeItem(key: string) {
    this.items.delete(key);
  }
}

const written = (title: string) => ({ ...EMPTY, title });

function drafts() {
  const shelf = new MapShelf();
  const clock = new FakeClock();
  return { shelf, clock, store: new DraftStore("wang", shelf, clock) };
}

describe("drafts", () => {
  it("come back as they were, to the account that wrote them", () => {
    const { store, shelf, clock } = drafts();
    store.save("C1", EMPTY, written("typed"));
    expect(new DraftStore("wang", shelf, clock).load("C1")).toMatchObject({ base: EMPTY, mine: written("typed") });
    expect(new DraftStore("li", shelf, clock).load("C1")).toBeUndefined();
    store.remove("C1");
    expect(store.load("C1")).toBeUndefined();
  });

  it("last a day", async () => {
    const { store, clock, shelf } = drafts();
    store.save("C1", EMPTY, written("typed"));
    await clock.pass(DRAFT_LIFE_MS - 1);
    expect(store.load("C1")).toBeDefined();
    await clock.pass(1);
    expect(store.load("C1")).toBeUndefined();
    expect(shelf.length).toBe(0);
  });

  it("are at most so many, the oldest go", async () => {
    const { store, clock, shelf } = drafts();
    for (let n = 0; n < MAX_DRAFTS + 5; n += 1) {
      store.save(`C${n}`, EMPTY, written("typed"));
      await clock.pass(1);
    }
    expect(shelf.length).toBeLessThanOrEqual(MAX_DRAFTS + 1);
    expect(store.load("C0")).toBeUndefined();
    expect(store.load(`C${MAX_DRAFTS + 4}`)).toBeDefined();
  });

  it("that cannot be read are thrown away", () => {
    const { store, shelf } = drafts();
    shelf.setItem("hotline.draft.wang.C1", "{not json");
    shelf.setItem("hotline.draft.wang.C2", '{"base":{},"mine":{},"savedAt":1}');
    expect(store.load("C1")).toBeUndefined();
    expect(store.load("C2")).toBeUndefined();
    expect(shelf.length).toBe(0);
  });
});
