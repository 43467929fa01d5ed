/** Every page in every state, in both languages and two sizes: pictures in tests/shots, WCAG 2.1 AA by axe-core. */
import { type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { Call_State } from "@/shared/gen/hotline/router/v1/call_pb";
import { Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { FakeConsole } from "../fake/fake-console";
import { TICKET_NO, answer, busyArea, hangUp, offer } from "../fake/scenes";
import { SMALL, Tab, WALL, launch } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const SIZES = [SMALL, WALL];
const LANGUAGES = ["zh-CN", "en"];

describe.each(LANGUAGES)("in %s", (language) => {
  describe.each(SIZES)("at $width × $height", (size) => {
    const named = (name: string) => `${name}-${language}-${size.width}`;
    const withTab = async (account: string | undefined, run: (tab: Tab, fake: FakeConsole) => Promise<void>) => {
      const fake = new FakeConsole();
      await fake.server.start();
      const tab = await Tab.open(browser, fake.server.url, language, size);
      try {
        if (account !== undefined) await tab.signIn(account);
        await run(tab, fake);
        await tab.close();
      } finally {
        await fake.server.stop();
      }
    };

    it("signing in, and a wrong password", async () => {
      await withTab(undefined, async (tab) => {
        await tab.page.waitForSelector("#account");
        await tab.look(named("01-sign-in"));
        await tab.page.fill("#account", "wang");
        await tab.page.fill("#password", "not the password");
        await tab.page.keyboard.press("Enter");
        await tab.page.waitForSelector("[role=alert]");
        await tab.look(named("02-sign-in-wrong"));
      });
    });

    it("a seat's day", async () => {
      await withTab("wang", async (tab, fake) => {
        const { page } = tab;
        await page.waitForSelector("#seat-id");
        await tab.look(named("10-choose-seat"));
        await page.evaluate(() => sessionStorage.setItem("hotline.seat.wang", "s8001"));
        await page.reload();
        await page.waitForSelector(".chooser button[type=submit]");
        fake.changeSeat("s8001", Seat_State.READY, { agent: "wang", extension: "8001", queues: ["general", "labour"] });
        await page.waitForSelector(".tone-ok");
        await tab.look(named("11-ready"));
        fake.changeSeat("s8001", Seat_State.NOT_READY, { reason: "training" });
        await page.waitForSelector(".desk .tone-warn");
        await tab.look(named("12-not-ready"));
        fake.changeSeat("s8001", Seat_State.UNKNOWN);
        await page.waitForSelector(".note.tone-bad");
        await tab.look(named("13-unknown"));
        fake.changeSeat("s8001", Seat_State.READY);
        offer(fake);
        await page.waitForSelector(".offer");
        await tab.look(named("14-offer"));
        answer(fake);
        await page.waitForSelector(".on-call");
        await tab.look(named("15-on-call"));
        await page.click("#field-category label:nth-of-type(1)");
        await page.fill("#field-title", "劳动合同到期不续签，单位拒绝支付经济补偿");
        await page.fill("#field-demand", "来电人在本市某物流公司工作六年，合同到期后单位口头通知不再续签，询问能否要求经济补偿及如何申请仲裁。");
        await page.fill("#field-division", "3301");
        await tab.look(named("16-writing"));
        await page.fill("#field-division", "330106");
        await page.click("#field-outcomes");
        await page.keyboard.type("B0");
        await page.waitForSelector(".ant-select-item-option");
        await tab.look(named("17-outcomes"));
        await page.keyboard.press("Enter");
        await page.keyboard.press("Escape");
        answer(fake, "s8001", Call_State.HELD);
        await page.waitForSelector(".on-call .tone-warn");
        await tab.look(named("18-held"));
        hangUp(fake);
        await page.waitForSelector(".wrap-up");
        await tab.look(named("19-wrap-up"));
        fake.tickets.editAs("li", TICKET_NO, { title: "合同到期不续签的经济补偿", demand: "另一位坐席已补充：来电人月工资 6200 元。" }, true);
        await page.keyboard.press("Control+s");
        await page.waitForSelector(".conflict");
        await tab.look(named("20-conflict"));
        await page.click(".ant-modal-footer .ant-btn-primary");
        await page.waitForSelector(".conflict", { state: "detached" });
        await page.fill("#field-answer", "可以要求经济补偿；仲裁时效一年。");
        await page.keyboard.press("Control+s");
        await page.waitForFunction(() => document.querySelector(".unsaved") === null);
        await tab.look(named("21-saved"));
        await page.keyboard.press("Alt+f");
        await page.keyboard.press("Enter");
        await page.waitForSelector(".ticket-search li button");
        await page.click(".ticket-search li:last-child button");
        await tab.look(named("22-other-ticket"));
        await page.keyboard.press("Escape");
        await page.locator("h2").first().click();
        await page.keyboard.press("?");
        await page.waitForSelector(".keys");
        await tab.look(named("23-shortcuts"));
        await page.keyboard.press("Escape");
        await page.waitForSelector(".keys", { state: "hidden" });
        fake.picture = { live: false };
        fake.tell({ live: false });
        await page.waitForSelector(".banner.tone-warn");
        await tab.look(named("24-no-router"));
        await fake.server.stop();
        await page.waitForSelector(".banner.tone-bad");
        await tab.look(named("25-disconnected"));
      });
    });

    it("the board", async () => {
      await withTab("zhao", async (tab, fake) => {
        await tab.page.waitForSelector(".board[aria-busy=false]");
        await tab.look(named("30-board-empty"));
        busyArea(fake);
        await tab.page.reload();
        await tab.page.waitForSelector(".seats tbody tr");
        await tab.page.waitForSelector(".uplot");
        await tab.look(named("31-board"));
        await tab.page.locator(".legend summary").click();
        await tab.page.locator(".chart input").check();
        await tab.look(named("32-board-legend"));
        await tab.page.locator(".seat-orders button").first().click();
        await tab.page.waitForSelector(".ant-modal-footer");
        await tab.look(named("33-board-confirm"));
        await tab.page.keyboard.press("Escape");
        await tab.page.waitForSelector(".ant-modal-footer", { state: "hidden" });
        fake.tell({ live: false, router: { area: "demo", router: "router-2", epoch: 13n, draining: true, spooling: true, nodes: [] } });
        await tab.page.waitForSelector(".banner.tone-warn");
        await tab.look(named("34-board-stale"));
      });
    });
  });
});
