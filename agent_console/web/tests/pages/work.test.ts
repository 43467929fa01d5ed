/** The pages that work on tickets: what is open to whom, done by keyboard, and fit for everybody to use. */
import { Code } from "@connectrpc/connect";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { FakeConsole } from "../fake/fake-console";
import { at, ticket } from "../fake/messages";
import { SMALL, Tab, WALL, launch } from "./browser";

const NO = "GD9900012609280000015";
const HOUR = 3_600_000;
let browser: Browser;
let fake: FakeConsole;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  fake = new FakeConsole();
  await fake.server.start();
  const now = Date.now();
  fake.tickets.put(ticket({
    ticketNo: NO, version: 3n, state: Ticket_State.TO_DISPATCH, callerMasked: "138****1234",
    content: { title: "相邻纠纷", category: 3, demand: "围墙越界" }, marks: { priority: "P3", secrecy: "ordinary", matter: "none" },
    clocks: [
      { kind: "dispatch", limit: "2wh", dueTime: at(now - HOUR), stage: "red" },
      { kind: "handling", limit: "5wd", dueTime: at(now + 5 * 24 * HOUR), earlierDueTimes: [at(now + 3 * 24 * HOUR)] },
    ],
  }));
  fake.tickets.put(ticket({ ticketNo: "GD9900012609280000023", state: Ticket_State.IN_PROGRESS, lead: { org: "stn-a" } }));
  fake.tickets.events.set(NO, [
    { version: 1n, time: at(now - 3 * HOUR), account: "opr1", kind: "opened" },
    { version: 2n, time: at(now - 2 * HOUR), account: "stn1", kind: "ask_return", reason: "wrong_place", text: "属地不符：附地图", org: "stn-b" },
  ]);
  fake.tickets.steps.set(NO, [
    { act: "dispatch", allowed: true, inputs: [{ field: "unit", required: true }, { field: "fallback" }, { field: "limit" }, { field: "text" }] },
    { act: "refer", allowed: true, inputs: [{ field: "other", required: true }, { field: "text", required: true }] },
    { act: "record_fault", allowed: false, reason: "this account's role may not do that" },
    { act: "classify", allowed: true },
    { act: "unmask", allowed: true },
  ]);
});
afterEach(() => fake.server.stop());

async function open(account: string, language = "en", size = SMALL): Promise<Tab> {
  const tab = await Tab.open(browser, fake.server.url, language, size);
  onTestFinished(() => tab.close());
  await tab.signIn(account);
  return tab;
}

const openTicket = (tab: Tab) => tab.page.getByRole("button", { name: NO }).press("Enter");

describe("a dispatcher", () => {
  it("sees what is to dispatch, with its deadline in words, and dispatches it by keyboard", async () => {
    const tab = await open("dai");
    const { page } = tab;
    await page.getByText("Dispatch · overdue").waitFor();
    await openTicket(tab);
    expect(await page.getByRole("button", { name: "Record a dispatch fault" }).count()).toBe(0);
    await page.locator(".steps").getByRole("button", { name: "Dispatch", exact: true }).press("Enter");
    await page.getByRole("button", { name: "Submit: Dispatch" }).press("Enter");
    await page.getByText("Please fill in: Dispatch to").waitFor();
    expect(fake.tickets.advanced).toHaveLength(0);
    await page.fill("#step-unit", "stn-a@/city/x/a");
    await page.fill("#step-limit", "3wd");
    fake.tickets.onAdvance = () => ({ state: Ticket_State.DISPATCHED });
    fake.tickets.steps.set(NO, []);
    await page.keyboard.press("Enter");
    await page.getByText("No step is open to you now.").waitFor();
    expect(fake.tickets.advanced[0]).toMatchObject({ act: "dispatch", unit: { org: "stn-a", path: "/city/x/a" }, limit: "3wd", version: 3n });
    await page.getByText("There are no tickets in this list.").waitFor();
  });

  it("is told why the service refuses, and keeps what was filled in", async () => {
    const tab = await open("dai");
    await openTicket(tab);
    await tab.page.locator(".steps").getByRole("button", { name: "Refer out" }).click();
    await tab.page.fill("#step-other", "12345");
    await tab.page.fill("#step-text", "归 12345");
    fake.tickets.failNext = Code.FailedPrecondition;
    await tab.page.getByRole("button", { name: "Submit: Refer out" }).click();
    await tab.page.locator(".case [role=alert]").waitFor();
    expect(await tab.page.inputValue("#step-text")).toBe("归 12345");
  });

  it("sees a number in clear only after saying why", async () => {
    const tab = await open("dai");
    await openTicket(tab);
    await tab.page.getByRole("button", { name: "Show the number" }).click();
    await tab.page.getByLabel("Reason (stands in the history)").fill("核对地址");
    await tab.page.keyboard.press("Enter");
    await tab.page.getByText("13812341234").waitFor();
    expect(fake.tickets.reasons).toEqual(["核对地址"]);
  });
});

describe("a role", () => {
  it.each([["zhan", "Station"], ["hui", "Follow-up"], ["zhao", "Tickets"], ["dai", "Dispatch"]])("%s has the page %s", async (account, name) => {
    const { page } = await open(account);
    await page.getByRole("navigation").getByRole("link", { name }).waitFor();
    if (account !== "dai") expect(await page.getByRole("navigation").getByRole("link", { name: "Dispatch" }).count()).toBe(0);
  });
});

describe.each(["zh-CN", "en"])("in %s", (language) => {
  it.each([SMALL, WALL])("the work pages look as they should at $width × $height", async (size) => {
    const named = (name: string) => `${name}-${language}-${size.width}`;
    const desk = await open("dai", language, size);
    await desk.page.waitForSelector(".work-table");
    await desk.look(named("60-dispatch"));
    await openTicket(desk);
    await desk.page.locator(".steps button").first().click();
    await desk.look(named("61-case"));
    const board = await open("zhao", language, size);
    await board.page.locator("nav a[href='/tickets']").click();
    await board.page.waitForSelector(".overview tbody tr");
    await board.look(named("62-overview"));
  });
});
