/**
 * SC04 (a wrong dispatch: returned, contested, ruled) and SC09 (an extension, supervision) of the domain model, step by
 * step with hotline-ctl against the running hotline. What depends on the date is in tests/ticket/core/scenarios.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ctl, Hotline } from "./hotline";

const hotline = new Hotline(process.env.HOTLINE_BUILD_DIR ?? "");
const A = "stn-a@/city/x/a";
const B = "stn-b@/city/x/b";
const OPR = "opr1/operator";
const DSP = "dsp1/city_dispatcher";
const CDS = "cds1/county_dispatcher/x@/city/x";
const STN1 = `stn1/station_clerk/${A}`;
const STN2 = `stn2/station_clerk/${B}`;
const SUP = "sup1/supervisor";

interface Clock {
  readonly kind: string;
  readonly due_time: string;
  readonly earlier_due_times: readonly string[];
}
interface Shown {
  readonly ticket_no: string;
  readonly state: string;
  readonly lead: string;
  readonly clocks: readonly Clock[];
}
let number = "";

beforeAll(() => hotline.up(), 180_000);
afterAll(() => hotline.down(), 60_000);

const run = (who: string, step: string, ...options: string[]): Ctl => hotline.tryCtl("ticket", step, number, ...options, "--as", who);
const shown = () => (JSON.parse(hotline.ctl("ticket", "show", number, "--json")) as { ticket: Shown }).ticket;
const handling = () => shown().clocks.find(({ kind }) => kind === "handling") ?? expect.fail("no handling limit");

function does(who: string, step: string, ...options: string[]): void {
  const { status, err } = run(who, step, ...options);
  expect(`${step}: ${status} ${err}`).toBe(`${step}: 0 `);
}

function refused(who: string, why: string | RegExp, step: string, ...options: string[]): void {
  const { status, err } = run(who, step, ...options);
  expect(status, step).not.toBe(0);
  expect(err).toMatch(why);
}

function registered(category: string): void {
  number = (JSON.parse(hotline.ctl("ticket", "open", "--category", category, "--title", "相邻纠纷", "--json", "--as", OPR)) as Shown).ticket_no;
  does(OPR, "register");
}

describe("SC04: a wrong dispatch is returned and ruled on, and nobody gains time by it", () => {
  let due = "";

  it("goes to station A, which gives it back with its basis; the county agrees", () => {
    registered("mediation");
    does(DSP, "dispatch", "--unit", A, "--fallback", A);
    due = handling().due_time;
    refused(STN2, "there is no such ticket", "accept");
    does(STN1, "return", "--reason", "wrong_place", "--basis", "属地不符：附地图", "--suggest", B);
    does(CDS, "uphold-return", "--text", "确属 B 镇");
    refused(CDS, "has given the ticket back, rightly", "dispatch", "--unit", A);
    does(CDS, "dispatch", "--unit", B);
    expect(shown()).toMatchObject({ state: "dispatched", lead: "stn-b" });
    expect(handling().due_time, "a return buys no time").toBe(due);
  });

  it("is returned once by station B, with a basis, and no second time", () => {
    refused(STN2, "ticket return needs --basis", "return", "--reason", "wrong_place", "--suggest", A);
    does(STN2, "return", "--reason", "wrong_place", "--basis", "我们也不管：依据第三条", "--suggest", A);
    does(CDS, "reject-return", "--text", "属 B 镇");
    refused(STN2, /decided already[^]*open to you now: .*contest/, "return", "--reason", "wrong_place", "--basis", "依据第四条", "--suggest", A);
  });

  it("is contested, and the dispatcher's ruling binds", () => {
    does(STN2, "contest", "--text", "不服");
    refused(STN2, /role may not have a ticket changed by "rule"[^]*rule \(city_dispatcher, supervisor\)/, "rule", "--unit", B, "--text", "自己裁");
    does(DSP, "rule", "--unit", B, "--text", "由 B 镇办理");
    refused(STN2, "the ruling binds this unit", "contest", "--text", "仍不服");
    expect(shown()).toMatchObject({ state: "in_progress", lead: "stn-b" });
    expect(handling().due_time).toBe(due);
    const history = hotline.ctl("ticket", "history", number);
    for (const word of ["dsp1: dispatch → stn-a", "stn1: ask_return (wrong_place) → stn-b", "cds1: uphold_return", "stn2: contest", "dsp1: rule → stn-b"]) {
      expect(history).toContain(word);
    }
  });
});

describe("SC09: more time is asked by one and granted by another; the supervisor's order needs an answer", () => {
  it("an extension is at most as long as the limit, and not approved by who asked", () => {
    registered("service");
    does(DSP, "dispatch", "--unit", A);
    does(STN1, "accept");
    const before = handling().due_time;
    refused(STN1, "limit must be at most", "ask-extension", "--limit", "11wd", "--text", "等鉴定");
    does(STN1, "ask-extension", "--limit", "5wd", "--text", "等鉴定");
    refused(STN1, /role may not/, "grant-extension");
    refused(DSP, "an extension is for a supervisor to approve", "grant-extension");
    does(SUP, "grant-extension");
    expect(Date.parse(handling().due_time)).toBeGreaterThan(Date.parse(before));
    expect(handling().earlier_due_times).toEqual([before]);
  });

  it("a second one is for the city, and may be refused", () => {
    does(STN1, "ask-extension", "--limit", "1wd", "--text", "还差一天");
    refused(SUP, "a further extension is for the city to approve", "grant-extension");
    does(SUP, "refuse-extension", "--text", "不同意");
    refused(DSP, "nobody has proposed that", "grant-extension");
  });

  it("a supervision order is answered once, by the unit", () => {
    does(SUP, "supervise", "--text", "两个工作日内书面答复");
    refused(DSP, /role may not/, "answer-order", "--order", "1", "--text", "代答");
    does(STN1, "answer-order", "--order", "1", "--text", "已安排");
    refused(STN1, "no supervision order waits for an answer", "answer-order", "--order", "1", "--text", "又一次");
    expect(JSON.parse(hotline.ctl("ticket", "list", "--mine", "--json", "--as", STN1))).toHaveLength(1);
    expect(JSON.parse(hotline.ctl("ticket", "list", "--overdue", "--json", "--as", SUP))).toHaveLength(0);
  });
});
