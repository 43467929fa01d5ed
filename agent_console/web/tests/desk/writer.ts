/** Somebody who writes tickets through the gateway as fast as it answers, and remembers what was acknowledged. */
import type { Hotline } from "./hotline";
import { PASSWORD } from "./hotline";

const TRY_MS = 5_000;
const PAUSE_MS = 50;
/** What may have been done or not, or is not for now: worth asking again under the same request id. */
const ASK_AGAIN = new Set(["unavailable", "deadline_exceeded", "canceled", "resource_exhausted", ""]);

export interface Ticket {
  readonly ticketNo: string;
  readonly version: string;
  readonly state: string;
  readonly content?: { readonly title?: string; readonly answer?: string };
}

export interface Told {
  ticketNo: string;
  written: boolean;
  closed: boolean;
}

export class Writer {
  readonly told = new Map<string, Told>();
  acks = 0;
  retries = 0;
  /** The longest wait for an acknowledgement, in ms. */
  longestWait = 0;
  stopping = false;
  /** Why it gave up, if it did. */
  problem = "";
  private headers: Record<string, string> = {};

  constructor(
    private readonly hotline: Hotline,
    private readonly account: string,
  ) {}

  async signIn(): Promise<void> {
    const response = await this.post("console.v1.SessionService/SignIn", { account: this.account, password: PASSWORD });
    const { session } = (await response.json()) as { session: { csrfToken: string } };
    this.headers = { Cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "", "X-CSRF-Token": session.csrfToken };
  }

  /** Opens, writes and closes one ticket after the other, until told to stop. */
  async run(): Promise<void> {
    for (let count = 0; !this.stopping && this.problem === ""; count += 1) await this.writeOne(`${this.account}-${count}`);
  }

  async list(): Promise<Ticket[]> {
    const all: Ticket[] = [];
    for (let pageToken = ""; ; ) {
      const page = await this.ask<{ tickets?: Ticket[]; nextPageToken?: string }>("ListTickets", { pageSize: 200, pageToken });
      if (page === undefined) throw new Error(this.problem);
      all.push(...(page.tickets ?? []));
      pageToken = page.nextPageToken ?? "";
      if (pageToken === "") return all;
    }
  }

  private async writeOne(title: string): Promise<void> {
    const created = await this.change(title, "CreateTicket", { content: { title } });
    if (!created) return;
    const told: Told = { ticketNo: created.ticketNo, written: false, closed: false };
    this.told.set(title, told);
    const content = { title, category: "CATEGORY_ADVICE", answer: `answer of ${title}`, outcomes: ["B01"] };
    const updated = await this.change(title, "UpdateTicket", { ticketNo: created.ticketNo, version: created.version, content });
    if (!updated) return;
    told.written = true;
    told.closed = (await this.change(title, "CloseTicket", { ticketNo: created.ticketNo, version: updated.version })) !== undefined;
  }

  private async change(title: string, method: string, request: object): Promise<Ticket | undefined> {
    const begin = performance.now();
    const reply = await this.ask<{ ticket: Ticket }>(method, { ...request, requestId: `${title}-${method}` });
    if (reply === undefined) return undefined;
    this.acks += 1;
    this.longestWait = Math.max(this.longestWait, performance.now() - begin);
    return reply.ticket;
  }

  /** Asks until there is an answer; undefined: a refusal, or the end came first. */
  private async ask<Reply>(method: string, request: object): Promise<Reply | undefined> {
    for (;;) {
      let code = "";
      let text = "";
      try {
        const response = await this.post(`ticket.v1.TicketService/${method}`, request);
        text = await response.text();
        if (response.ok) return JSON.parse(text) as Reply;
        code = (JSON.parse(text) as { code?: string }).code ?? "";
      } catch (error) {
        // Cut off: nobody knows whether it was done.
        code = "";
        text = String(error);
      }
      if (!ASK_AGAIN.has(code)) {
        this.problem = `${method} of ${this.account}: ${text}`;
        return undefined;
      }
      this.retries += 1;
      if (this.stopping) return undefined;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private post(path: string, body: object): Promise<Response> {
    // Not localhost: Node 18 tries ::1 alone, where nobody listens.
    return fetch(`http://${this.hotline.endpoint("CONSOLE")}/hotline.${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...this.headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TRY_MS),
    });
  }
}
