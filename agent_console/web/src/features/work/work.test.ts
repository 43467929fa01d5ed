import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { TicketClockSchema, TicketSchema, Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { TicketStepSchema } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { translator } from "@/shared/i18n/texts";
import { nextClock, viewOf } from "./clocks";
import { advanceOf, initialOf, inputText, isUnit, mayUnmask, missingIn, openSteps } from "./steps";
import { SOON_MS, byDue, listsOf, requestOf } from "./work-lists";

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const at = timestampFromMs;
const clock = (kind: string, due: number, more = {}) => create(TicketClockSchema, { kind, limit: "5wd", dueTime: at(due), ...more });
const t = translator("en");

describe("a deadline", () => {
  it("says in words how it stands, not by colour alone", () => {
    expect(viewOf(clock("handling", NOW - 1), NOW).text).toBe("clockState.overdue");
    expect(viewOf(clock("handling", NOW + HOUR), NOW).text).toBe("clockState.soon");
    expect(viewOf(clock("handling", NOW + 100 * HOUR), NOW).text).toBe("clockState.running");
    expect(viewOf(clock("handling", NOW, { stopTime: at(NOW) }), NOW).text).toBe("clockState.stopped");
    expect(viewOf(clock("handling", NOW, { doneTime: at(NOW) }), NOW).text).toBe("clockState.done");
    expect(viewOf(clock("handling", NOW, { doneTime: at(NOW + 1) }), NOW).text).toBe("clockState.doneLate");
  });

  it("is owed unless it is a right, a wait, or over", () => {
    const clocks = [clock("return", NOW), clock("handling", NOW + 9 * HOUR), clock("accept", NOW + HOUR), clock("dispatch", NOW, { doneTime: at(NOW) })];
    expect(nextClock(create(TicketSchema, { clocks }))?.clock.kind).toBe("accept");
    expect(nextClock(create(TicketSchema, { clocks, closeTime: at(NOW) }))).toBeUndefined();
  });
});

describe("a work list", () => {
  it("asks for its states, its own organisation, its time", () => {
    expect(requestOf("station", "toAccept", NOW)).toMatchObject({ mine: true, states: [Ticket_State.DISPATCHED] });
    expect(requestOf("dispatch", "toDispatch", NOW)).toMatchObject({ mine: false, states: [Ticket_State.REGISTERED, Ticket_State.TO_DISPATCH] });
    expect(requestOf("tickets", "dueSoon", NOW).dueBeforeTime).toEqual(at(NOW + SOON_MS));
    expect(listsOf("followUp")).toEqual(["toFollowUp", "overdue"]);
  });

  it("begins with what is due first and ends with what owes nothing", () => {
    const ticket = (ticketNo: string, ...clocks: ReturnType<typeof clock>[]) => create(TicketSchema, { ticketNo, clocks });
    const sorted = byDue([ticket("none"), ticket("later", clock("handling", NOW + HOUR)), ticket("first", clock("accept", NOW))]);
    expect(sorted.map(({ ticketNo }) => ticketNo)).toEqual(["first", "later", "none"]);
  });
});

describe("the steps", () => {
  const steps = [
    create(TicketStepSchema, { act: "dispatch", allowed: true, inputs: [{ field: "unit", required: true }, { field: "limit" }] }),
    create(TicketStepSchema, { act: "propose", what: "extend", allowed: true }),
    create(TicketStepSchema, { act: "rule", allowed: false }),
    create(TicketStepSchema, { act: "classify", allowed: true }),
    create(TicketStepSchema, { act: "edit", allowed: true }),
    create(TicketStepSchema, { act: "unmask", allowed: true }),
  ];
  const open = openSteps(steps, t);
  const [dispatch = expect.fail(), extend = expect.fail(), classify = expect.fail()] = open;
  const ticket = create(TicketSchema, { ticketNo: "GD1", version: 4n, marks: { priority: "P3", secrecy: "ordinary", matter: "none" } });

  it("are those that the service opens to this person", () => {
    expect(open.map(({ text }) => text)).toEqual(["Dispatch", "Ask for an extension", "Classify"]);
    expect(mayUnmask(steps)).toBe(true);
    expect(mayUnmask([])).toBe(false);
  });

  it("ask for what they need, and for a unit with its place", () => {
    expect(missingIn(dispatch, { limit: "3wd" })).toEqual(["unit"]);
    expect(isUnit("stn-a@/city/x/a")).toBe(true);
    expect(isUnit("stn-a")).toBe(false);
    expect(inputText(t, dispatch, "unit")).toBe("Dispatch to");
    expect(inputText(t, extend, "text")).toBe("In your words");
    expect(initialOf(classify, ticket)).toEqual({ priority: "P3", secrecy: "ordinary", matter: "none" });
  });

  it("become a request on the version that was seen", () => {
    const filled = { unit: " stn-a@/city/x/a ", limit: "3wd" };
    expect(advanceOf(dispatch, filled, ticket)).toMatchObject({
      ticketNo: "GD1", version: 4n, act: "dispatch", unit: { org: "stn-a", path: "/city/x/a" }, yes: true, limit: "3wd",
    });
    expect(advanceOf(extend, { limit: "5wd", text: "why" }, ticket)).toMatchObject({ act: "propose", what: "extend", yes: false, text: "why" });
  });
});
