/** What a person does at the pages, mostly by keyboard, and what must never happen meanwhile. */
import { Code } from "@connectrpc/connect";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { FakeConsole } from "../fake/fake-console";
import { TICKET_NO, answer, busyArea, hangUp, offer } from "../fake/scenes";
import { Tab, launch } from "./browser";

let browser: Browser;
let fake: FakeConsole;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  fake = new FakeConsole();
  await fake.server.start();
});
afterEach(() => fake.server.stop());

async function open(account: string): Promise<Tab> {
  const tab = await Tab.open(browser, fake.server.url, "en");
  onTestFinished(() => tab.close());
  await tab.signIn(account);
  return tab;
}

async function atSeat(): Promise<Tab> {
  const tab = await open("wang");
  await tab.page.evaluate(() => sessionStorage.setItem("hotline.seat.wang", "s8001"));
  await tab.page.reload();
  await tab.page.getByRole("button", { name: "Sign in, ready" }).click();
  await tab.page.locator(".badge", { hasText: "Ready" }).waitFor();
  return tab;
}

async function onCall(): Promise<Tab> {
  const tab = await atSeat();
  offer(fake);
  answer(fake);
  await tab.page.waitForSelector("#field-title");
  return tab;
}

const saved = () => fake.tickets.all.get(TICKET_NO);

describe("an operator", () => {
  it("chooses a seat, signs in, and is ready", async () => {
    const { page } = await open("wang");
    await page.locator("#seat-id").click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign in, ready" }).press("Enter");
    await page.locator(".badge", { hasText: "Ready" }).waitFor();
    expect(fake.seats.get("s8001") ?? fake.seats.get("s8002")).toMatchObject({ state: Seat_State.READY, agent: "wang" });
  });

  it("sees that a seat is taken, and cannot act on it", async () => {
    const { page } = await open("wang");
    fake.changeSeat("s8001", Seat_State.READY, { agent: "li" });
    await page.evaluate(() => sessionStorage.setItem("hotline.seat.wang", "s8001"));
    await page.reload();
    await page.getByText("li is signed in to s8001.").waitFor();
    expect(await page.getByRole("button", { name: /Sign in/ }).count()).toBe(0);
  });

  it("sees a state only when the stream says so", async () => {
    const { page } = await atSeat();
    let release = () => {};
    fake.hold = new Promise((resolve) => (release = resolve));
    await page.getByRole("button", { name: "Training" }).click();
    await page.getByText("waiting for confirmation").waitFor();
    expect(await page.locator(".desk .badge").first().innerText()).toBe("Ready");
    expect(await page.getByRole("button", { name: "Training" }).count()).toBe(0);
    release();
    await page.locator(".badge", { hasText: "Not ready · Training" }).waitFor();
  });

  it("is told of an offer within a second, also by ear", async () => {
    const { page } = await atSeat();
    const before = Date.now();
    offer(fake);
    await page.locator(".offer", { hasText: "138****1234" }).waitFor({ timeout: 1000 });
    expect(Date.now() - before).toBeLessThan(1000);
    expect(await page.locator("[aria-live=assertive]").innerText()).toContain("Incoming call: 138****1234, queue Labour");
    expect(await page.title()).toContain("▲");
  });

  it("writes and closes a ticket without a mouse", async () => {
    const { page } = await onCall();
    await page.keyboard.press("Alt+1");
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Unpaid wages");
    await page.locator("#field-answer").focus();
    await page.keyboard.type("Go to arbitration.");
    await page.keyboard.press("Tab");
    await page.keyboard.type("B01");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+s");
    await expect.poll(() => saved()?.content).toMatchObject({ category: 1, title: "Unpaid wages", answer: "Go to arbitration.", outcomes: ["B01"] });
    await page.getByText(/^Saved /).waitFor();
    await page.keyboard.press("Alt+c");
    await page.getByText("can no longer be changed").waitFor();
    expect(saved()?.state).toBe(Ticket_State.CLOSED);
  });

  it("registers a ticket, what is unsaved first", async () => {
    const { page } = await onCall();
    await page.fill("#field-demand", "A case for the county.");
    await page.keyboard.press("Alt+g");
    await page.locator(".ticket-panel .badge", { hasText: "Registered" }).waitFor();
    expect(saved()).toMatchObject({ state: Ticket_State.REGISTERED, content: { demand: "A case for the county." } });
  });

  it("ends the wrap-up early, or makes it longer", async () => {
    const { page } = await onCall();
    hangUp(fake);
    await page.waitForSelector(".wrap-up");
    await page.keyboard.press("Alt+e");
    await expect.poll(() => Number(fake.seats.get("s8001")?.wrapUpEndTime?.seconds) * 1000 - Date.now()).toBeGreaterThan(60_000);
    await page.getByRole("button", { name: "End wrap-up" }).waitFor();
    await page.keyboard.press("Alt+r");
    await page.locator(".badge", { hasText: "Ready" }).waitFor();
    expect(await page.locator(".wrap-up").count()).toBe(0);
  });

  it("is asked field by field when somebody else was first", async () => {
    const { page } = await onCall();
    await page.fill("#field-title", "mine");
    await page.fill("#field-demand", "my demand");
    await page.fill("#field-answer", "my answer");
    fake.tickets.editAs("li", TICKET_NO, { title: "theirs", demand: "their demand", language: "wu" }, true);
    await page.keyboard.press("Control+s");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("their demand").waitFor();
    expect(await dialog.locator("tbody tr").count()).toBe(2);
    await dialog.getByText("theirs", { exact: true }).click();
    await dialog.getByRole("button", { name: "Save what I chose" }).click();
    await expect.poll(() => saved()?.content).toMatchObject({ title: "theirs", demand: "my demand", answer: "my answer", language: "wu" });
  });

  it("overwrites nobody's words in a long ticket either", async () => {
    const { page } = await onCall();
    await page.fill("#field-title", "mine");
    fake.tickets.editAs("li", TICKET_NO, { demand: "their words. ".repeat(500), answer: "their answer" }, true);
    await page.keyboard.press("Control+s");
    await expect.poll(() => saved()?.content).toMatchObject({ title: "mine", answer: "their answer" });
    expect(saved()?.content?.demand).toContain("their words.");
    await expect.poll(() => page.inputValue("#field-answer")).toBe("their answer");
  });

  it("does not register what somebody else has just changed", async () => {
    const { page } = await onCall();
    fake.tickets.editAs("li", TICKET_NO, { answer: "theirs" }, true);
    await page.keyboard.press("Alt+g");
    await expect.poll(() => page.inputValue("#field-answer")).toBe("theirs");
    await page.locator(".ticket-status [role=alert], .ticket-status .note").first().waitFor();
    expect(saved()?.state).toBe(Ticket_State.DRAFT);
  });

  it("finds an earlier ticket and writes in it again", async () => {
    const { page } = await onCall();
    await page.keyboard.press("Alt+f");
    await page.keyboard.type("宅基地");
    await page.keyboard.press("Enter");
    await page.locator(".ticket-search li button").click();
    await page.fill("#field-answer", "Mediation on Tuesday.");
    await page.keyboard.press("Control+s");
    await expect.poll(() => [...fake.tickets.all.values()].some((one) => one.content?.answer === "Mediation on Tuesday.")).toBe(true);
    await page.getByRole("button", { name: "Back to the call's ticket" }).click();
    await page.getByText(TICKET_NO).first().waitFor();
  });
});

describe("nothing typed is lost", () => {
  it("by loading the page anew", async () => {
    const { page } = await onCall();
    await page.fill("#field-title", "typed");
    await page.reload();
    await page.getByText("Draft restored").waitFor();
    expect(await page.inputValue("#field-title")).toBe("typed");
  });

  it("by the gateway's death; the page comes back by itself and saves", async () => {
    const { page } = await onCall();
    await page.fill("#field-title", "typed before");
    await fake.server.stop();
    await page.getByText("The connection was lost").waitFor();
    await page.fill("#field-demand", "typed meanwhile");
    // Saved while nobody is there to save it: it is sent as soon as there is.
    await page.keyboard.press("Control+s");
    await page.getByText("Sending…").waitFor();
    await fake.server.start();
    await page.getByText("The connection was lost").waitFor({ state: "detached" });
    await expect.poll(() => saved()?.content).toMatchObject({ title: "typed before", demand: "typed meanwhile" });
    // Gone with the answer, which comes a moment after the save.
    await expect.poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hotline.draft")))).toEqual([]);
  });

  it("by loading the page anew after the call, when the stream has no ticket any more", async () => {
    const { page } = await onCall();
    await page.fill("#field-title", "typed");
    hangUp(fake);
    await page.waitForSelector(".wrap-up");
    fake.forgetTickets();
    await page.reload();
    await page.getByText("Draft restored").waitFor();
    expect(await page.inputValue("#field-title")).toBe("typed");
  });

  it("by the end of the session", async () => {
    const tab = await onCall();
    await tab.page.fill("#field-title", "typed");
    await tab.context.clearCookies();
    await fake.server.stop();
    await fake.server.start();
    await tab.page.getByText("Your session has ended").waitFor();
    await tab.signIn("wang");
    await expect.poll(() => tab.page.inputValue("#field-title")).toBe("typed");
  });

  it("and a change that may not have arrived goes again under the same request id", async () => {
    const { page } = await onCall();
    await page.fill("#field-title", "once");
    fake.tickets.failNext = Code.Unavailable;
    await page.keyboard.press("Control+s");
    await expect.poll(() => saved()?.content?.title).toBe("once");
    const ids = fake.seen.filter(({ method }) => method === "UpdateTicket").map(({ requestId }) => requestId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe("six tabs of one operator", () => {
  const TABS = 6;
  async function sixTabs() {
    const first = await onCall();
    const pages = [first.page];
    while (pages.length < TABS) {
      const page = await first.context.newPage();
      await page.addInitScript(() => sessionStorage.setItem("hotline.seat.wang", "s8001"));
      await page.goto(fake.server.url);
      await page.locator(".on-call").waitFor();
      pages.push(page);
    }
    return { first, pages };
  }

  it("share a stream, show the same, and every one of them saves", async () => {
    const { pages } = await sixTabs();
    await expect.poll(() => fake.streams).toBe(1);
    for (const [index, page] of pages.entries()) {
      await page.bringToFront();
      await page.fill("#field-title", `typed in tab ${index}`);
      await page.keyboard.press("Control+s");
      await expect.poll(() => saved()?.content?.title).toBe(`typed in tab ${index}`);
      for (const other of pages) await expect.poll(() => other.inputValue("#field-title")).toBe(`typed in tab ${index}`);
    }
    await expect.poll(() => fake.streams).toBe(1);
    hangUp(fake);
    for (const page of pages) await page.locator(".wrap-up").waitFor();
  });

  it("go on when the one with the stream is closed", async () => {
    const { first, pages } = await sixTabs();
    await pages[TABS - 1]?.close();
    await pages[0]?.close();
    const left = pages.slice(1, TABS - 1);
    await expect.poll(() => fake.streams).toBe(1);
    hangUp(fake);
    for (const page of left) await page.locator(".wrap-up").waitFor();
    expect(first.complaints).toEqual([]);
  });

  it("are all told that the session is over", async () => {
    const { pages } = await sixTabs();
    await pages[0]?.bringToFront();
    await pages[0]?.getByRole("button", { name: "Sign out", exact: true }).last().click();
    for (const page of pages) await page.locator("#password").waitFor();
  });
});

describe("a tab", () => {
  it("has one stream, whatever page it shows, and sends the session's token with every change", async () => {
    const { page } = await open("chen");
    await page.getByRole("link", { name: "Supervisor" }).click();
    await page.waitForSelector(".board[aria-busy=false]");
    await expect.poll(() => fake.streams).toBe(1);
    await page.getByRole("link", { name: "Operator desk" }).click();
    await page.waitForSelector(".desk");
    await expect.poll(() => fake.streams).toBe(1);
    expect(fake.seen.every(({ csrf }) => csrf === "token-of-chen")).toBe(true);
  });

  it("changes its language at once and remembers it", async () => {
    const { page } = await open("wang");
    await page.locator(".language").click();
    await page.getByTitle("中文").last().click();
    await page.getByText("选择坐席").first().waitFor();
    await page.reload();
    await page.getByText("选择坐席").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  });

  it("without a page for its roles says so", async () => {
    const tab = await Tab.open(browser, fake.server.url, "en");
    onTestFinished(() => tab.close());
    await tab.page.fill("#account", "shen");
    await tab.page.fill("#password", "correct horse battery");
    await tab.page.keyboard.press("Enter");
    await tab.page.getByText("This account has no page yet").waitFor();
  });
});

describe("a supervisor", () => {
  it("acts on a seat only after confirming", async () => {
    busyArea(fake);
    const { page } = await open("zhao");
    const order = page.getByRole("button", { name: "Sign out s8001" });
    await order.click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(fake.seats.get("s8001")?.state).toBe(Seat_State.READY);
    await order.click();
    await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
    await expect.poll(() => fake.seats.get("s8001")?.state).toBe(Seat_State.SIGNED_OUT);
    await order.waitFor({ state: "detached" });
  });

  it("can order nothing while what is shown is old", async () => {
    busyArea(fake);
    const { page } = await open("zhao");
    await page.getByRole("button", { name: "Sign out s8001" }).waitFor();
    fake.tell({ live: false });
    await page.getByText("No router can be reached").waitFor();
    expect(await page.locator(".seat-orders button").count()).toBe(0);
  });
});
