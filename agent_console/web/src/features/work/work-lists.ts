/** Which lists of tickets each kind of work looks at, and what is asked of the service for them. Pure. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Ticket, Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { ListTicketsRequestSchema } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { nextClock } from "./clocks";

/** The pages that work on tickets. */
export type WorkName = "dispatch" | "station" | "followUp" | "tickets";
export type ListName =
  | "toDispatch" | "returned" | "toRule" | "toReview" | "dueSoon" | "overdue" | "toAccept" | "inWork" | "toFollowUp" | "suspended";

interface WorkList {
  readonly states?: readonly Ticket_State[];
  /** Only what is due before this many milliseconds from now. */
  readonly dueWithin?: number;
}

export const SOON_MS = 24 * 3_600_000;
export const PAGE_SIZE = 100;

const S = Ticket_State;
const LISTS: Readonly<Record<ListName, WorkList>> = {
  toDispatch: { states: [S.REGISTERED, S.TO_DISPATCH] },
  returned: { states: [S.RETURN_ASKED] },
  toRule: { states: [S.RULING] },
  toReview: { states: [S.DONE_REVIEW] },
  dueSoon: { dueWithin: SOON_MS },
  overdue: { dueWithin: 0 },
  toAccept: { states: [S.DISPATCHED] },
  inWork: { states: [S.IN_PROGRESS, S.REWORK, S.WAIT_INFO] },
  toFollowUp: { states: [S.TO_FOLLOW_UP] },
  suspended: { states: [S.SUSPENDED] },
};

interface Work {
  readonly lists: readonly ListName[];
  /** Only what the person's own organisation answers for. */
  readonly mine: boolean;
}

const WORKS: Readonly<Record<WorkName, Work>> = {
  dispatch: { lists: ["toDispatch", "returned", "toRule", "toReview", "dueSoon", "overdue"], mine: false },
  station: { lists: ["toAccept", "inWork", "suspended", "dueSoon", "overdue"], mine: true },
  followUp: { lists: ["toFollowUp", "overdue"], mine: false },
  tickets: { lists: ["overdue", "dueSoon", "toRule", "returned", "inWork", "toReview"], mine: false },
};

export const listsOf = (work: WorkName): readonly ListName[] => WORKS[work].lists;

export function requestOf(work: WorkName, list: ListName, now: number): MessageInitShape<typeof ListTicketsRequestSchema> {
  const { states, dueWithin } = LISTS[list];
  return {
    pageSize: PAGE_SIZE,
    mine: WORKS[work].mine,
    states: [...(states ?? [])],
    ...(dueWithin === undefined ? {} : { dueBeforeTime: timestampFromMs(now + dueWithin) }),
  };
}

/** What is due first comes first; what owes nothing, last. */
export function byDue(tickets: readonly Ticket[]): readonly Ticket[] {
  const due = (ticket: Ticket) => nextClock(ticket)?.due ?? Number.POSITIVE_INFINITY;
  return [...tickets].sort((a, b) => (due(a) === due(b) ? 0 : due(a) - due(b)));
}
