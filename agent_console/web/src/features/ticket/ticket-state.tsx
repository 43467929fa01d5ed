import { Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { TextKey } from "@/shared/i18n/texts";
import { useText } from "@/shared/i18n/use-text";
import { Badge, type Tone } from "@/shared/ui/badge";
import type { ShapeName } from "@/shared/ui/shapes";

const TEXTS: Readonly<Record<Ticket_State, TextKey>> = {
  [Ticket_State.UNSPECIFIED]: "ticketState.unknown",
  [Ticket_State.DRAFT]: "ticketState.draft",
  [Ticket_State.REGISTERED]: "ticketState.registered",
  [Ticket_State.WAIT_INFO]: "ticketState.waitInfo",
  [Ticket_State.TO_DISPATCH]: "ticketState.toDispatch",
  [Ticket_State.DISPATCHED]: "ticketState.dispatched",
  [Ticket_State.RETURN_ASKED]: "ticketState.returnAsked",
  [Ticket_State.RULING]: "ticketState.ruling",
  [Ticket_State.IN_PROGRESS]: "ticketState.inProgress",
  [Ticket_State.SUSPENDED]: "ticketState.suspended",
  [Ticket_State.DONE_REVIEW]: "ticketState.doneReview",
  [Ticket_State.TO_FOLLOW_UP]: "ticketState.toFollowUp",
  [Ticket_State.REWORK]: "ticketState.rework",
  [Ticket_State.CLOSED]: "ticketState.closed",
  [Ticket_State.REFERRED_OUT]: "ticketState.referredOut",
  [Ticket_State.ARCHIVED]: "ticketState.archived",
  [Ticket_State.VOID]: "ticketState.void",
};

export const ticketStateText = (state: Ticket_State): TextKey => TEXTS[state];

function looks(state: Ticket_State): readonly [Tone, ShapeName] {
  if (state === Ticket_State.DRAFT) return ["warn", "pen"];
  if (state === Ticket_State.CLOSED || state === Ticket_State.ARCHIVED) return ["ok", "check"];
  return state === Ticket_State.VOID ? ["idle", "cross"] : ["busy", "square"];
}

export function TicketState({ state }: { readonly state: Ticket_State }) {
  const t = useText();
  const [tone, shape] = looks(state);
  return <Badge tone={tone} shape={shape}>{t(TEXTS[state])}</Badge>;
}
