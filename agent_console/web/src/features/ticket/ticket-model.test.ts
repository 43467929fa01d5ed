import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Category, type Ticket, TicketSchema, Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { type Content, EMPTY, contentOf, faults, missingToClose } from "./content";
import { type Writing, type WritingEvent, clashes, reduceWriting, snapshotOf, startWriting } from "./ticket-model";

function ticket(version: number, content: Partial<Content> = {}, state = Ticket_State.DRAFT): Ticket {
  const { groups, outcomes, ...rest } = { ...EMPTY, ...content };
  return create(TicketSchema, {
    ticketNo: "GD1", version: BigInt(version), state, updatedBy: "li", content: { ...rest, groups: [...groups], outcomes: [...outcomes] },
  });
}

const after = (writing: Writing, ...events: WritingEvent[]) => events.reduce(reduceWriting, writing);
const edit = (change: Partial<Content>): WritingEvent => ({ kind: "edited", change });

describe("writing a ticket", () => {
  it("knows what is unsaved, and forgets it once it is back as it was", () => {
    const start = startWriting(ticket(1, { title: "a", outcomes: ["B01"] }));
    expect(snapshotOf(after(start, edit({ title: "b", outcomes: ["B01", "B02"] }))).dirty).toEqual(["title", "outcomes"]);
    expect(snapshotOf(after(start, edit({ title: "b" }), edit({ title: "a", outcomes: ["B01"] }))).dirty).toEqual([]);
  });

  it("takes over what others changed elsewhere, without a question", () => {
    const writing = after(startWriting(ticket(1)), edit({ title: "mine" }), { kind: "came", ticket: ticket(2, { demand: "theirs" }) });
    expect(writing.mine).toMatchObject({ title: "mine", demand: "theirs" });
    expect(writing.theirs).toBeUndefined();
    expect(writing.ticket?.version).toBe(2n);
  });

  it("never overwrites silently what both changed: it keeps its version, so that the server refuses", () => {
    const writing = after(startWriting(ticket(1)), edit({ title: "mine" }), { kind: "came", ticket: ticket(2, { title: "theirs" }) });
    expect(writing.ticket?.version).toBe(1n);
    expect(writing.theirs?.version).toBe(2n);
    expect(writing.choosing).toBe(false);
  });

  it("is no conflict when both wrote the same", () => {
    const writing = after(startWriting(ticket(1)), edit({ title: "same" }), { kind: "came", ticket: ticket(2, { title: "same" }) });
    expect(writing.theirs).toBeUndefined();
    expect(snapshotOf(writing).dirty).toEqual([]);
  });

  it("puts the choice before the person when the server aborts, and saves what was chosen", () => {
    const aborted = after(
      startWriting(ticket(1)),
      edit({ title: "mine", demand: "my demand", answer: "my answer" }),
      { kind: "sent", intent: "save" },
      { kind: "aborted", current: ticket(4, { title: "theirs", demand: "their demand", language: "wu" }) },
    );
    expect(aborted).toMatchObject({ choosing: true, pending: undefined });
    expect(clashes(aborted, contentOf(aborted.theirs?.content))).toEqual(["title", "demand"]);
    const chosen = after(aborted, { kind: "chosen", keepMine: ["demand"] });
    expect(chosen.mine).toMatchObject({ title: "theirs", demand: "my demand", answer: "my answer", language: "wu" });
    expect(chosen.ticket?.version).toBe(4n);
    expect(snapshotOf(chosen).dirty).toEqual(["demand", "answer"]);
  });

  it("only rebases when an aborted change touches nothing of ours", () => {
    const writing = after(startWriting(ticket(1)), edit({ title: "mine" }), { kind: "aborted", current: ticket(2) });
    expect(writing).toMatchObject({ choosing: false, theirs: undefined, mine: { title: "mine" } });
    expect(writing.ticket?.version).toBe(2n);
  });

  it("keeps what was typed while a save was under way", () => {
    const writing = after(
      startWriting(ticket(1)), edit({ title: "first" }), { kind: "sent", intent: "save" }, edit({ title: "first, more" }),
      { kind: "done", ticket: ticket(2, { title: "first" }) },
    );
    expect(writing.mine.title).toBe("first, more");
    expect(snapshotOf(writing).dirty).toEqual(["title"]);
  });

  it("does not take its own save for somebody else's when the stream is faster than the reply", () => {
    const own = ticket(2, { title: "first" });
    const writing = after(
      startWriting(ticket(1)), edit({ title: "first" }), { kind: "sent", intent: "save" }, edit({ title: "first, more" }),
      { kind: "came", ticket: own }, { kind: "done", ticket: own },
    );
    expect(writing).toMatchObject({ theirs: undefined, base: { title: "first" }, mine: { title: "first, more" } });
    expect(writing.ticket?.version).toBe(2n);
  });

  it("keeps somebody else's newer change before it when its own save comes back", () => {
    const writing = after(
      startWriting(ticket(1)), edit({ title: "mine" }), { kind: "sent", intent: "save" }, edit({ title: "mine, more" }),
      { kind: "came", ticket: ticket(3, { title: "theirs" }) }, { kind: "done", ticket: ticket(2, { title: "mine" }) },
    );
    expect(writing.theirs?.version).toBe(3n);
  });

  it("ignores news older than what it has", () => {
    const writing = after(startWriting(ticket(5, { title: "new" })), { kind: "came", ticket: ticket(4, { title: "old" }) });
    expect(writing.base.title).toBe("new");
  });

  it("lays a restored draft over a ticket that went on meanwhile", () => {
    const draft: WritingEvent = { kind: "restored", base: { ...EMPTY, title: "a" }, mine: { ...EMPTY, title: "a", answer: "typed" } };
    const writing = after(startWriting(ticket(7, { title: "b" })), draft);
    expect(writing.mine).toMatchObject({ title: "b", answer: "typed" });
    const touched = after(startWriting(ticket(7, { answer: "other" })), draft);
    expect(touched.theirs?.version).toBe(7n);
  });

  it("restores a draft before its ticket is there", () => {
    const writing = after(startWriting(), { kind: "restored", base: EMPTY, mine: { ...EMPTY, title: "typed" } }, { kind: "came", ticket: ticket(1) });
    expect(writing.mine.title).toBe("typed");
    expect(writing.ticket?.version).toBe(1n);
  });
});

describe("what may be done", () => {
  const whole: Partial<Content> = { category: Category.ADVICE, outcomes: ["B01"], answer: "told" };
  const may = (state: Ticket_State, content: Partial<Content>, change: Partial<Content> = {}) =>
    snapshotOf(after(startWriting(ticket(1, content, state)), edit(change))).may;

  it("closes only a whole draft", () => {
    expect(may(Ticket_State.DRAFT, whole).close).toBe(true);
    expect(may(Ticket_State.DRAFT, { ...whole, answer: " " }).close).toBe(false);
    expect(may(Ticket_State.REGISTERED, whole).close).toBe(false);
  });

  it("saves only what changed and is right", () => {
    expect(may(Ticket_State.REGISTERED, whole).save).toBe(false);
    expect(may(Ticket_State.REGISTERED, whole, { title: "x" }).save).toBe(true);
    expect(may(Ticket_State.REGISTERED, whole, { division: "33" }).save).toBe(false);
    expect(may(Ticket_State.CLOSED, whole, { title: "x" }).save).toBe(false);
  });

  it("does one thing at a time", () => {
    const busy = after(startWriting(ticket(1, whole)), edit({ title: "x" }), { kind: "sent", intent: "save" });
    expect(snapshotOf(busy).may).toEqual({ save: false, register: false, close: false });
  });

  it("counts characters, not code units", () => {
    expect(faults({ ...EMPTY, title: "𠮷".repeat(100) })).toEqual([]);
    expect(faults({ ...EMPTY, title: "𠮷".repeat(101) })).toEqual(["title"]);
    expect(faults({ ...EMPTY, division: "3301o6" })).toEqual(["division"]);
    expect(missingToClose(EMPTY)).toEqual(["category", "outcomes", "answer"]);
  });
});
