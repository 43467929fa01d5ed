/**
 * A console behind the contract of proto/: enough of it to show every page in every state. Lives in the tests only.
 * A test moves it by hand (offer, answer, hangUp …); each move goes to every open stream, as the gateway does it.
 */
import { type MessageInitShape, create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { Role } from "@/shared/gen/hotline/access/v1/access_pb";
import { SessionService, SessionSchema } from "@/shared/gen/hotline/console/v1/session_service_pb";
import {
  type WatchConsoleRequest, type WatchConsoleResponse, WatchConsoleResponseSchema, WatchService,
} from "@/shared/gen/hotline/console/v1/watch_service_pb";
import { type Seat, Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { SeatService } from "@/shared/gen/hotline/router/v1/seat_service_pb";
import { TicketService } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { FakeServer } from "./fake-server";
import { FakeTickets } from "./fake-tickets";
import { at, seat } from "./messages";

type News = Exclude<MessageInitShape<typeof WatchConsoleResponseSchema>, WatchConsoleResponse>;
interface Watcher {
  readonly account: string;
  readonly request: WatchConsoleRequest;
  readonly end: () => void;
  readonly push: (news: News) => void;
}

export const PASSWORD = "correct horse battery";
const ROLES: Readonly<Record<string, readonly Role[]>> = {
  wang: [Role.OPERATOR],
  li: [Role.OPERATOR],
  zhao: [Role.SUPERVISOR],
  chen: [Role.OPERATOR, Role.SUPERVISOR],
  shen: [Role.CITIZEN],
  dai: [Role.CITY_DISPATCHER],
  zhan: [Role.STATION_CLERK],
  hui: [Role.FOLLOW_UP],
};

export class FakeConsole {
  readonly server = new FakeServer((router) => this.routes(router));
  readonly tickets = new FakeTickets((ticket) => {
    for (const [seatId, desk] of this.desks) {
      if (desk.ticket?.callId !== ticket.callId) continue;
      this.desks.set(seatId, { ...desk, ticket });
      this.tell({ ticket }, ({ request }) => request.seatId === seatId);
    }
  });
  /** What every stream begins with. */
  picture: News = { live: true };
  seats = new Map<string, Seat>();
  /** Call, caller and ticket of each seat. */
  private readonly desks = new Map<string, News>();
  dayCurve: { startTime: ReturnType<typeof at>; stats: NonNullable<WatchConsoleResponse["statsToday"]> }[] = [];
  /** Answers of the seat service are held back while this is pending. */
  hold: Promise<void> = Promise.resolve();
  /** Requests seen, by method. */
  readonly seen: { method: string; requestId: string; csrf: string | null }[] = [];
  private readonly watchers = new Set<Watcher>();

  get streams(): number {
    return this.watchers.size;
  }

  /** Sends news to the streams they concern. */
  tell(news: News, concerns: (watcher: Watcher) => boolean = () => true): void {
    for (const watcher of this.watchers) if (concerns(watcher)) watcher.push(news);
  }

  setSeat(next: Seat, news: News = {}): void {
    this.seats.set(next.seatId, next);
    const { ticket, ...call } = { ...this.desks.get(next.seatId), ...news };
    this.desks.set(next.seatId, { ...(next.callId === "" ? {} : call), ...(ticket ? { ticket } : {}) });
    this.tell({ ...news, seat: next }, ({ request }) => request.seatId === next.seatId);
    this.tell({ seats: [next] }, ({ request }) => request.area);
  }

  /** As a gateway that was started anew after the call: the stream does not know the seat's last ticket. */
  forgetTickets(): void {
    this.desks.clear();
  }

  changeSeat(id: string, state: Seat_State, more: Partial<Seat> = {}, news: News = {}): Seat {
    const old = this.seats.get(id) ?? seat({ seatId: id });
    const next = seat({ ...old, reason: "", callId: "", state, stateTime: at(Date.now()), ...more });
    this.setSeat(next, news);
    return next;
  }

  private routes(router: ConnectRouter): void {
    router.service(SessionService, {
      signIn: ({ account, password }, context) => {
        if (password !== PASSWORD || !(account in ROLES)) throw new ConnectError("", Code.Unauthenticated);
        context.responseHeader.set("Set-Cookie", `session=${account}; HttpOnly; SameSite=Strict; Path=/`);
        return { session: this.sessionOf(account) };
      },
      getSession: (_, context) => ({ session: this.sessionOf(this.accountOf(context)) }),
      signOut: (_, context) => {
        const account = this.accountOf(context);
        for (const watcher of this.watchers) if (watcher.account === account) watcher.end();
        context.responseHeader.set("Set-Cookie", "session=; Max-Age=0; Path=/");
        return {};
      },
    });
    router.service(WatchService, {
      watchConsole: (request, context) => this.watch(request, context),
      getDayCurve: () => ({ intervals: this.dayCurve }),
    });
    const moved = async (context: HandlerContext, requestId: string, id: string, state: Seat_State, more: Partial<Seat> = {}) => {
      this.check(context, requestId);
      await this.hold;
      return { seat: this.changeSeat(id, state, more) };
    };
    router.service(SeatService, {
      signIn: (r, c) => moved(c, r.requestId, r.seatId, r.ready ? Seat_State.READY : Seat_State.NOT_READY, { agent: r.agent, reason: r.ready ? "" : "signed_in" }),
      signOut: (r, c) => moved(c, r.requestId, r.seatId, Seat_State.SIGNED_OUT, { agent: "" }),
      setReady: (r, c) => moved(c, r.requestId, r.seatId, Seat_State.READY),
      setNotReady: async (r, c) => {
        const now = this.seats.get(r.seatId);
        if (now?.state === Seat_State.ON_CALL) return { seat: now };
        return moved(c, r.requestId, r.seatId, Seat_State.NOT_READY, { reason: r.reason });
      },
      extendWrapUp: (r, c) =>
        moved(c, r.requestId, r.seatId, Seat_State.WRAP_UP, { wrapUpEndTime: at(Date.now() + 30_000 + Number(r.extension?.seconds ?? 0n) * 1000) }),
    });
    router.service(TicketService, this.tickets.service((context, requestId) => this.check(context, requestId)));
  }

  private async *watch(request: WatchConsoleRequest, context: HandlerContext): AsyncGenerator<WatchConsoleResponse> {
    const account = this.accountOf(context);
    const backlog: News[] = [];
    let wake = () => {};
    const session = { over: false };
    const watcher: Watcher = {
      account,
      request,
      push: (news) => { backlog.push(news); wake(); },
      end: () => { session.over = true; wake(); },
    };
    this.watchers.add(watcher);
    const own = request.seatId === "" ? {} : { seat: this.seats.get(request.seatId) ?? seat({ seatId: request.seatId, state: Seat_State.SIGNED_OUT, stateTime: at(Date.now()) }) };
    const area = request.area ? { seats: [...this.seats.values()] } : {};
    backlog.push({ ...this.picture, ...this.desks.get(request.seatId), ...own, ...area, full: true });
    context.signal.addEventListener("abort", () => wake());
    try {
      for (let revision = 1n; !context.signal.aborted; revision += 1n) {
        const news = backlog.shift();
        if (news) yield create(WatchConsoleResponseSchema, { live: this.picture.live ?? true, ...news, revision, time: at(Date.now()) });
        else if (session.over) throw new ConnectError("The session is over.", Code.Unauthenticated);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.watchers.delete(watcher);
    }
  }

  private accountOf(context: HandlerContext): string {
    const account = /session=(\w+)/.exec(context.requestHeader.get("Cookie") ?? "")?.[1];
    if (account === undefined) throw new ConnectError("Nobody is signed in.", Code.Unauthenticated);
    return account;
  }

  private check(context: HandlerContext, requestId: string): string {
    const account = this.accountOf(context);
    const csrf = context.requestHeader.get("X-CSRF-Token");
    this.seen.push({ method: context.method.name, requestId, csrf });
    if (csrf !== `token-of-${account}`) throw new ConnectError("The CSRF token is missing.", Code.PermissionDenied);
    return account;
  }

  private sessionOf(account: string) {
    return create(SessionSchema, {
      account,
      displayName: { wang: "王敏", li: "李强", zhao: "赵静", chen: "陈晨", shen: "沈岚", dai: "戴月", zhan: "詹宁", hui: "惠敏" }[account] ?? account,
      roles: [...(ROLES[account] ?? [])],
      area: "demo",
      seats: account === "li" ? [] : ["s8001", "s8002"],
      csrfToken: `token-of-${account}`,
    });
  }
}
