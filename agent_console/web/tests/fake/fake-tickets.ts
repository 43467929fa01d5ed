/** Tickets with versions, as services/ticket keeps them, in memory. */
import { type MessageInitShape, create } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { Closure, type Ticket, TicketContentSchema, type TicketEventSchema, TicketSchema, Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { type AdvanceTicketRequest, TicketConflictSchema, type TicketService, type TicketStepSchema } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { at, ticket as make } from "./messages";

/** A longer one does not fit into the details of an error; the service leaves it away there. */
const LONG_CONTENT = 4000;

type Check = (context: HandlerContext, requestId: string) => string;
interface Change {
  readonly ticketNo: string;
  readonly version: bigint;
  readonly requestId: string;
}

export class FakeTickets {
  readonly all = new Map<string, Ticket>();
  /** The next change answers with this code. */
  failNext: Code | undefined;

  /** The steps and the history of a ticket, as the service would tell them. */
  readonly steps = new Map<string, MessageInitShape<typeof TicketStepSchema>[]>();
  readonly events = new Map<string, MessageInitShape<typeof TicketEventSchema>[]>();
  readonly advanced: AdvanceTicketRequest[] = [];
  readonly reasons: string[] = [];
  /** What a step changes. */
  onAdvance: (request: AdvanceTicketRequest) => Partial<Ticket> = () => ({});

  constructor(private readonly changed: (ticket: Ticket) => void) {}

  put(ticket: Ticket): Ticket {
    this.all.set(ticket.ticketNo, ticket);
    this.changed(ticket);
    return ticket;
  }

  /** What somebody else writes. */
  editAs(account: string, ticketNo: string, content: Partial<NonNullable<Ticket["content"]>>, quietly = false): Ticket {
    const old = this.get(ticketNo);
    const next = make({
      ...old,
      version: old.version + 1n,
      content: Object.assign(create(TicketContentSchema, old.content), content),
      updateTime: at(Date.now()),
      updatedBy: account,
    });
    this.all.set(ticketNo, next);
    if (!quietly) this.changed(next);
    return next;
  }

  private get(ticketNo: string): Ticket {
    const ticket = this.all.get(ticketNo);
    if (!ticket) throw new ConnectError(`There is no ticket ${ticketNo}.`, Code.NotFound);
    return ticket;
  }

  private current({ ticketNo, version }: Change): Ticket {
    const fail = this.failNext;
    this.failNext = undefined;
    if (fail !== undefined) throw new ConnectError("The ticket service cannot be reached.", fail);
    const ticket = this.get(ticketNo);
    if (ticket.version === version) return ticket;
    const long = JSON.stringify(ticket.content).length > LONG_CONTENT;
    const current = long ? create(TicketSchema, { ...ticket, content: undefined }) : ticket;
    throw new ConnectError("Somebody else changed the ticket.", Code.Aborted, undefined, [
      { desc: TicketConflictSchema, value: { current, fields: [] } },
    ]);
  }

  service(check: Check): Partial<ServiceImpl<typeof TicketService>> {
    const move = (account: string, change: Change, more: Partial<Ticket>) => ({
      ticket: this.put(make({ ...this.current(change), version: change.version + 1n, updateTime: at(Date.now()), updatedBy: account, ...more })),
    });
    return {
      updateTicket: (request, context) => {
        const account = check(context, request.requestId);
        const old = this.current(request);
        const content = create(TicketContentSchema, old.content);
        for (const path of request.updateMask?.paths ?? []) {
          const field = path.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
          Object.assign(content, { [field]: Reflect.get(request.content ?? {}, field) as unknown });
        }
        return move(account, request, { content });
      },
      registerTicket: (request, context) =>
        move(check(context, request.requestId), request, { state: Ticket_State.REGISTERED, registerTime: at(Date.now()) }),
      closeTicket: (request, context) =>
        move(check(context, request.requestId), request, { state: Ticket_State.CLOSED, closure: Closure.ON_SPOT, closeTime: at(Date.now()) }),
      getTicket: ({ ticketNo, callId }) => {
        const found = [...this.all.values()].find((one) => (callId === "" ? one.ticketNo === ticketNo : one.callId === callId));
        if (!found) throw new ConnectError("There is no such ticket.", Code.NotFound);
        return { ticket: found, events: this.events.get(found.ticketNo) ?? [], steps: this.steps.get(found.ticketNo) ?? [] };
      },
      advanceTicket: (request, context) => {
        const account = check(context, request.requestId);
        this.advanced.push(request);
        return move(account, request, this.onAdvance(request));
      },
      unmaskCaller: (request, context) => {
        check(context, request.requestId);
        this.reasons.push(request.reason);
        return { caller: "13812341234" };
      },
      countTickets: () => {
        const counts = new Map<Ticket_State, bigint>();
        for (const { state } of this.all.values()) counts.set(state, (counts.get(state) ?? 0n) + 1n);
        return { counts: [...counts].map(([state, tickets]) => ({ state, tickets, overdue: tickets - 1n })) };
      },
      listTickets: ({ text, firstContact, states }) => ({
        tickets: [...this.all.values()].reverse().filter((ticket) => {
          if (states.length > 0 && !states.includes(ticket.state)) return false;
          const words = [ticket.ticketNo, ticket.content?.title, ticket.content?.demand, ticket.content?.citizenName].join(" ");
          return words.includes(text) && (firstContact === "" || ticket.firstContact === firstContact);
        }),
      }),
    };
  }
}
