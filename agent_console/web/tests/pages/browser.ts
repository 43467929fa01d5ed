/** Chromium with what every page test wants to know: what the policy blocked, what the console said, contrast. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";
import { expect } from "vitest";
import { PASSWORD } from "../fake/fake-console";

const SHOTS = fileURLToPath(new URL("../shots", import.meta.url));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
// The list of a combobox is scrolled by the arrow keys in its field, which axe cannot see.
const EXCLUDED = [[".ant-select-dropdown"]];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

export const SMALL = { width: 1366, height: 768 };
export const WALL = { width: 1920, height: 1080 };

export function launch(): Promise<Browser> {
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** One signed-in person's tab. */
export class Tab {
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, url: string, language = "zh-CN", viewport = SMALL): Promise<Tab> {
    const context = await browser.newContext({ viewport, locale: language, timezoneId: "Asia/Shanghai" });
    await context.addInitScript((chosen) => {
      if (localStorage.getItem("hotline.language") === null) localStorage.setItem("hotline.language", chosen);
      document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
    }, language);
    const tab = new Tab(context, await context.newPage());
    tab.page.on("pageerror", (error) => tab.complaints.push(error.message));
    tab.page.on("console", (message) => {
      const text = message.text();
      // A refused or cut request is what some tests are about; the page's own words are not.
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) tab.complaints.push(text);
    });
    await tab.page.goto(url);
    return tab;
  }

  async signIn(account: string, password = PASSWORD): Promise<void> {
    await this.page.fill("#account", account);
    await this.page.fill("#password", password);
    await this.page.keyboard.press("Enter");
    await this.page.waitForSelector("#main");
  }

  /** A picture for people, and what a machine can say about access to it. */
  async look(name: string): Promise<void> {
    await this.shoot(name);
    await this.checkAccess(name);
  }

  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  async checkAccess(name: string): Promise<void> {
    await this.page.evaluate(() => "axe" in window).then(async (there) => {
      if (!there) await this.page.evaluate(await (await import("node:fs/promises")).readFile(AXE, "utf8"));
    });
    const violations = await this.page.evaluate(async ({ tags, exclude }) => {
      const { axe } = window as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<{ violations: unknown[] }> } };
      return (await axe.run({ include: [document], exclude }, { runOnly: tags })).violations;
    }, { tags: TAGS, exclude: EXCLUDED }) as Violation[];
    const text = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n  ${node.failureSummary}`));
    expect(text.join("\n"), `accessibility of ${name}`).toBe("");
  }

  async close(): Promise<void> {
    await this.context.close();
    expect(this.complaints, "what the page complained of").toEqual([]);
  }
}
