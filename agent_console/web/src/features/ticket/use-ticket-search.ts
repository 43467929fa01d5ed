import { useState } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { clients } from "@/shared/rpc/clients";
import { type Problem, problemOf } from "@/shared/rpc/problem";

const PAGE_SIZE = 20;

export interface Query {
  readonly text: string;
  /** Empty: everybody's. */
  readonly firstContact: string;
}

interface Found {
  readonly query: Query;
  readonly tickets: readonly Ticket[];
  readonly nextPageToken: string;
}

export function useTicketSearch() {
  const [found, setFound] = useState<Found>();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const load = async (query: Query, before?: Found) => {
    setPending(true);
    setProblem(undefined);
    try {
      const request = { ...query, pageSize: PAGE_SIZE, pageToken: before?.nextPageToken ?? "" };
      const { tickets, nextPageToken } = await clients().ticket.listTickets(request);
      setFound({ query, tickets: [...(before?.tickets ?? []), ...tickets], nextPageToken });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setPending(false);
    }
  };
  return {
    pending,
    problem,
    tickets: found?.tickets,
    find: (query: Query) => load(query),
    more: found !== undefined && found.nextPageToken !== "" && !pending ? () => load(found.query, found) : undefined,
  };
}
