import { useCallback, useEffect, useState } from "react";
import type { GetTicketResponse } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { clients } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";
import { CLICK_PATIENCE_MS, TEXT_PATIENCE_MS, submit } from "@/shared/rpc/submit";
import { useClock } from "@/shared/time/use-now";
import { type Filled, type StepView, advanceOf } from "./steps";

export interface CaseState {
  readonly read: GetTicketResponse | undefined;
  readonly problem: Problem | undefined;
  readonly pending: boolean;
  /** Returns whether it was done. */
  readonly take: (step: StepView, filled: Filled) => Promise<boolean>;
  /** Returns the number; empty: not known; undefined: refused. */
  readonly unmask: (reason: string) => Promise<string | undefined>;
}

/** Which marks the form has changed. */
const changedMarks = (filled: Filled, ticket: Ticket) =>
  (["priority", "secrecy", "matter"] as const).filter((field) => (filled[field] ?? "") !== (ticket.marks?.[field] ?? ""));

function send(step: StepView, filled: Filled, ticket: Ticket, requestId: string): Promise<unknown> {
  const { ticketNo, version } = ticket;
  const { ticket: service } = clients();
  switch (step.act) {
    case "register":
      return service.registerTicket({ requestId, ticketNo, version });
    case "close":
      return service.closeTicket({ requestId, ticketNo, version });
    case "classify": {
      const { priority = "", secrecy = "", matter = "" } = filled;
      const updateMask = { paths: [...changedMarks(filled, ticket)] };
      return service.classifyTicket({ requestId, ticketNo, version, marks: { priority, secrecy, matter }, updateMask });
    }
    default:
      return service.advanceTicket({ ...advanceOf(step, filled, ticket), requestId });
  }
}

/** One ticket with its history and the steps that are open to this person; `done` hears of each change. */
export function useCase(ticketNo: string, done: () => void): CaseState {
  const clock = useClock();
  const [read, setRead] = useState<GetTicketResponse>();
  const [problem, setProblem] = useState<Problem>();
  const [pending, setPending] = useState(false);
  const load = useCallback(async () => {
    try {
      setRead(await clients().ticket.getTicket({ ticketNo }));
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, [ticketNo]);
  useEffect(() => void load(), [load]);
  const run = async <Reply>(work: (requestId: string) => Promise<Reply>, patienceMs: number): Promise<Reply | undefined> => {
    setPending(true);
    setProblem(undefined);
    try {
      return await submit(work, patienceMs, clock);
    } catch (error) {
      setProblem(problemOf(error));
      return undefined;
    } finally {
      setPending(false);
      await load();
    }
  };
  return {
    read,
    problem,
    pending,
    take: async (step, filled) => {
      const ticket = read?.ticket;
      if (ticket === undefined) return false;
      const reply = await run((requestId) => send(step, filled, ticket, requestId), TEXT_PATIENCE_MS);
      if (reply !== undefined) done();
      return reply !== undefined;
    },
    unmask: async (reason) =>
      (await run((requestId) => clients().ticket.unmaskCaller({ requestId, ticketNo, reason }), CLICK_PATIENCE_MS))?.caller,
  };
}
