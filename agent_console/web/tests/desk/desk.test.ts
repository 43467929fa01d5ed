/**
 * A person's path through the running hotline: a SIP call comes in, the operator's page follows it, its ticket is
 * written, found, fought over and closed; the supervisor's page counts; the gateway dies under it.
 * HOTLINE_BUILD_DIR names the programs. One story: each step goes on from the one before.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Tab, WALL, launch } from "../pages/browser";
import { Hotline, PASSWORD } from "./hotline";
import { Citizen, SeatPhone } from "./robots";

const LONGEST_OFFER_MS = 1000;
const NOTICE_MS = 20_000;
const TABS = 6;

const hotline = new Hotline(process.env.HOTLINE_BUILD_DIR ?? "");
let browser: Browser | undefined;
let wang: Tab;
let li: Tab | undefined;
let board: Tab;
let phone: SeatPhone | undefined;
let citizen: Citizen | undefined;
let ticketNo = "";

async function signedIn(account: string, viewport?: { width: number; height: number }): Promise<Tab> {
  const tab = await Tab.open(browser ?? expect.fail(), hotline.url, "en", viewport);
  await tab.signIn(account, PASSWORD);
  return tab;
}

beforeAll(async () => {
  hotline.up();
  hotline.addAccount("wang", "operator", "s8001");
  hotline.addAccount("li", "operator", "s8002");
  hotline.addAccount("zhao", "supervisor");
  browser = await launch();
  phone = await SeatPhone.register(hotline.endpoint("SIP"), "8001", hotline.phonePassword("8001"));
}, 120_000);

afterAll(async () => {
  citizen?.close();
  phone?.close();
  await browser?.close();
  hotline.down();
}, 60_000);

// What the pages showed when a step failed.
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const [name, tab] of Object.entries({ wang, li, board })) await tab?.shoot(`failed-${name}`);
  console.log(hotline.logTails());
});

/** Notes in the page when something matching `selector` appears, by the clock both share. */
async function noteWhenSeen(page: Page, selector: string): Promise<void> {
  await page.evaluate((wanted) => {
    const seen = window as unknown as { seenAt?: number };
    const observer = new MutationObserver(() => {
      if (document.querySelector(wanted) === null) return;
      seen.seenAt = Date.now();
      observer.disconnect();
    });
    observer.observe(document.body, { subtree: true, childList: true });
  }, selector);
}

const seenAt = (page: Page) => page.evaluate(() => (window as unknown as { seenAt?: number }).seenAt ?? 0);
const fieldOf = ({ page }: Tab, name: string) => page.inputValue(`#field-${name}`);

it("the operator signs in to the seat and is ready; the supervisor sees it", async () => {
  board = await signedIn("zhao", WALL);
  wang = await signedIn("wang");
  if ((await wang.page.locator("#seat-id").count()) > 0) await wang.page.getByRole("button", { name: "Choose a seat" }).click();
  await wang.page.getByRole("button", { name: "Sign in, ready" }).click();
  await wang.page.locator(".desk .badge", { hasText: "Ready" }).waitFor();
  await board.page.locator(".seats tr", { hasText: "wang" }).filter({ hasText: "Ready" }).waitFor();
});

it("a call comes in: the page shows the offer within a second of the phone's ringing", async () => {
  await noteWhenSeen(wang.page, ".offer");
  citizen = await Citizen.call(hotline.endpoint("SIP"), "13812341234");
  await expect.poll(() => phone?.rings, { timeout: NOTICE_MS, interval: 10 }).toBe(true);
  const rangAt = Date.now();
  await wang.page.locator(".offer").waitFor();
  const late = (await seenAt(wang.page)) - rangAt;
  console.log(`offer on the page ${late} ms after the phone rang`);
  expect(late).toBeLessThan(LONGEST_OFFER_MS);
  await wang.page.locator(".offer", { hasText: "138****1234" }).waitFor();
  await wang.look("50-real-offer");
});

it("the phone answers and the page follows the call, with its ticket", async () => {
  phone?.answer();
  await wang.page.locator(".on-call", { hasText: "Connected" }).waitFor();
  const title = wang.page.locator("#ticket-title", { hasText: /GD\d+/ });
  await title.waitFor();
  ticketNo = /GD\w+/.exec(await title.innerText())?.[0] ?? "";
  await wang.look("51-real-call");
});

it("the ticket is written, saved and found again", async () => {
  await wang.page.keyboard.press("Alt+1");
  await wang.page.keyboard.press("Space");
  await wang.page.fill("#field-title", "Deposit not returned");
  await wang.page.fill("#field-demand", "The landlord keeps the deposit.");
  await wang.page.keyboard.press("Control+s");
  await wang.page.getByText(/^Saved /).waitFor();
  await wang.page.keyboard.press("Alt+f");
  await wang.page.keyboard.type("Deposit not");
  await wang.page.keyboard.press("Enter");
  await wang.page.locator(".ticket-search li", { hasText: ticketNo }).waitFor();
});

it("the supervisor's page counts it", async () => {
  await board.page.locator(".rate-bar", { hasText: "1 / 1" }).first().waitFor();
  await board.page.locator(".seats tr", { hasText: "wang" }).filter({ hasText: "On call" }).waitFor();
  await board.look("52-real-board");
});

it("a second operator's edit of the same ticket is refused, with the difference shown", async () => {
  const second = await signedIn("li");
  li = second;
  await second.page.fill("#ticket-search", ticketNo);
  await second.page.keyboard.press("Enter");
  await second.page.locator(".ticket-search li button").click();
  await expect.poll(() => fieldOf(second, "title")).toBe("Deposit not returned");
  await second.page.fill("#field-title", "Deposit withheld");
  await wang.page.fill("#field-title", "Deposit of 3000 not returned");
  await wang.page.keyboard.press("Control+s");
  await wang.page.getByText(/^Saved /).waitFor();
  await second.page.keyboard.press("Control+s");
  const dialog = second.page.getByRole("dialog");
  await dialog.getByText("Deposit of 3000 not returned").waitFor();
  await dialog.getByText("Deposit withheld").waitFor();
  await second.look("53-real-conflict");
  await dialog.getByText("Deposit of 3000 not returned").click();
  await dialog.getByRole("button", { name: "Save what I chose" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await fieldOf(second, "title")).toBe("Deposit of 3000 not returned");
  await second.close();
  li = undefined;
});

it("the gateway dies: what is saved meanwhile is sent when it is back, no draft is lost, the call goes on", async () => {
  await wang.page.fill("#field-answer", "Small claims; three years.");
  await hotline.kill("console");
  await wang.page.getByText("The connection was lost").waitFor();
  await wang.page.fill("#field-language", "wu");
  await wang.page.keyboard.press("Control+s");
  await wang.page.getByText(/^Saved /).waitFor();
  await wang.page.locator(".banner").waitFor({ state: "detached" });
  await wang.page.locator(".on-call", { hasText: "Connected" }).waitFor();
  expect(await fieldOf(wang, "answer")).toBe("Small claims; three years.");
  await wang.page.reload();
  await expect.poll(() => fieldOf(wang, "language").catch(() => "")).toBe("wu");
  await board.page.locator(".badge", { hasText: "Live" }).waitFor();
});

it("six tabs of one operator all follow the call, and a save is in all of them", async () => {
  const tabs = [wang.page];
  while (tabs.length < TABS) {
    const page = await wang.context.newPage();
    await page.addInitScript((seat) => sessionStorage.setItem("hotline.seat.wang", seat), "s8001");
    await page.goto(hotline.url);
    await page.locator(".on-call", { hasText: "Connected" }).waitFor();
    tabs.push(page);
  }
  for (const [index, page] of tabs.entries()) {
    const answer = `Small claims; three years. Told ${index + 1} times.`;
    await page.fill("#field-answer", answer);
    await page.keyboard.press("Control+s");
    await page.getByText(/^Saved /).waitFor();
    for (const other of tabs) await expect.poll(() => other.inputValue("#field-answer")).toBe(answer);
  }
  for (const page of tabs.slice(1)) await page.close();
});

it("the caller hangs up: wrap-up, closed on the spot, ready again, counted", async () => {
  citizen?.hangUp();
  await wang.page.locator(".wrap-up").waitFor();
  await wang.page.locator("#field-outcomes").click();
  await wang.page.keyboard.type("B01");
  await wang.page.keyboard.press("Enter");
  await wang.page.keyboard.press("Escape");
  await wang.page.getByRole("button", { name: "Close on the spot" }).click();
  await wang.page.getByText("can no longer be changed").waitFor();
  const early = wang.page.getByRole("button", { name: "End wrap-up" });
  if (await early.isVisible()) await early.click();
  await wang.page.locator(".desk .badge", { hasText: "Ready" }).waitFor();
  await board.page.locator(".calls tr", { hasText: "T01" }).first().waitFor();
});

it("the same person calls again: the earlier ticket lies beside the new one", async () => {
  citizen = await Citizen.call(hotline.endpoint("SIP"), "13812341234");
  await expect.poll(() => phone?.rings, { timeout: NOTICE_MS, interval: 10 }).toBe(true);
  phone?.answer();
  await wang.page.locator(".on-call", { hasText: "Connected" }).waitFor();
  await wang.page.locator(".history li", { hasText: ticketNo }).waitFor();
  await wang.look("54-real-history");
  citizen.hangUp();
  await wang.page.locator(".wrap-up").waitFor();
  await wang.close();
  await board.close();
});
