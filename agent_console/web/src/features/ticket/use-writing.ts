/** The shell around ticket-model.ts: sends changes, keeps the draft. */
import { create } from "@bufbuild/protobuf";
import { FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { useEffect, useMemo } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { TicketConflictSchema } from "@/shared/gen/hotline/ticket/v1/ticket_service_pb";
import { createStore, useStore } from "@/shared/live/store";
import { clients } from "@/shared/rpc/clients";
import { problemOf } from "@/shared/rpc/problem";
import { TEXT_PATIENCE_MS, submit } from "@/shared/rpc/submit";
import { useClock } from "@/shared/time/use-now";
import { type Content, FIELD_PATHS, type Field, differing } from "./content";
import { DraftStore } from "./draft-store";
import { type Intent, type Writing, type WritingSnapshot, reduceWriting, snapshotOf, startWriting } from "./ticket-model";

/** What can be done now; what cannot is undefined. */
export interface WritingActions {
  readonly edit?: ((change: Partial<Content>) => void) | undefined;
  readonly save?: (() => void) | undefined;
  readonly register?: (() => void) | undefined;
  readonly close?: (() => void) | undefined;
  readonly discard?: (() => void) | undefined;
  readonly choose: (keepMine: readonly Field[]) => void;
  readonly postpone: () => void;
}

interface Subject {
  readonly account: string;
  /** The call whose ticket it is, if it is a call's. */
  readonly callId: string;
  readonly ticket: Ticket | undefined;
}

/** Where a draft lies: by call as long as there is one, since the ticket's number comes later. */
const draftId = ({ callId, ticket }: Subject) => (callId !== "" ? callId : (ticket?.ticketNo ?? ""));

type Send = (requestId: string, writing: Writing) => Promise<{ ticket?: Ticket | undefined }>;

const update: Send = (requestId, { ticket, base, mine }) => {
  const content = { ...mine, groups: [...mine.groups], outcomes: [...mine.outcomes] };
  if (ticket === undefined) throw new ConnectError("The ticket is not open yet.", Code.FailedPrecondition);
  const paths = differing(base, mine).map((field) => FIELD_PATHS[field]);
  const updateMask = create(FieldMaskSchema, { paths });
  return clients().ticket.updateTicket({ requestId, ticketNo: ticket.ticketNo, version: ticket.version, content, updateMask });
};

const move = (intent: "register" | "close"): Send => (requestId, { ticket }) => {
  const request = { requestId, ticketNo: ticket?.ticketNo ?? "", version: ticket?.version ?? 0n };
  return intent === "register" ? clients().ticket.registerTicket(request) : clients().ticket.closeTicket(request);
};

/** Opens the ticket of a call that has none yet; one that was opened meanwhile comes back as it is. */
const open = (callId: string): Send => (requestId) => clients().ticket.createTicket({ requestId, callId });

export function useWriting(subject: Subject): readonly [WritingSnapshot, WritingActions] {
  const clock = useClock();
  const id = draftId(subject);
  const drafts = useMemo(() => new DraftStore(subject.account, localStorage, clock), [subject.account, clock]);
  const store = useMemo(() => {
    const made = createStore(startWriting(subject.ticket), reduceWriting);
    const draft = id === "" ? undefined : drafts.load(id);
    if (draft) made.send({ kind: "restored", ...draft });
    return made;
    // A new subject is a new ticket; news of the same ticket come as events below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, drafts]);
  const writing = useStore(store);
  const snapshot = useMemo(() => snapshotOf(writing), [writing]);

  useEffect(() => {
    if (subject.ticket) store.send({ kind: "came", ticket: subject.ticket });
  }, [store, subject.ticket]);
  useEffect(() => {
    if (id === "") return;
    if (snapshot.dirty.length > 0) drafts.save(id, writing.base, writing.mine);
    else drafts.remove(id);
  }, [id, drafts, writing.base, writing.mine, snapshot.dirty.length]);

  /** What an aborted request says stands now; a long ticket comes without its content and has to be fetched. */
  const standing = async (error: unknown): Promise<Ticket | undefined> => {
    if (ConnectError.from(error).code !== Code.Aborted) return undefined;
    const current = ConnectError.from(error).findDetails(TicketConflictSchema)[0]?.current;
    if (current === undefined || current.content !== undefined) return current;
    return clients().ticket.getTicket({ ticketNo: current.ticketNo }).then(({ ticket }) => ticket, () => undefined);
  };
  /**
   * One request; false if it was refused. `mayRepeat`: an aborted one that touches nothing of ours is worth another
   * try. Not for what registers or closes: that would be done to a text nobody here has seen.
   */
  const request = async (send: Send, mayRepeat: boolean): Promise<boolean> => {
    // What is typed from now on is the next request's.
    const asked = store.get();
    try {
      const { ticket } = await submit((requestId) => send(requestId, asked), TEXT_PATIENCE_MS, clock);
      if (ticket) store.send({ kind: "done", ticket });
      return true;
    } catch (error) {
      const current = await standing(error);
      if (current !== undefined) store.send({ kind: "aborted", current });
      const overtaken = current !== undefined && store.get().theirs === undefined;
      if (overtaken && mayRepeat) return request(send, false);
      if (current === undefined || overtaken) store.send({ kind: "refused", problem: problemOf(error) });
      return false;
    }
  };
  const carryOut = async (intent: Intent) => {
    store.send({ kind: "sent", intent });
    if (store.get().ticket === undefined && !(await request(open(subject.callId), false))) return;
    store.send({ kind: "sent", intent });
    if (snapshotOf(store.get()).dirty.length > 0 && !(await request(update, intent === "save"))) return;
    if (intent === "save") return;
    store.send({ kind: "sent", intent });
    await request(move(intent), false);
  };
  const ifMay = (intent: Intent) => (snapshot.may[intent] ? () => void carryOut(intent) : undefined);
  const calm = snapshot.editable && writing.pending === undefined;
  return [
    snapshot,
    {
      edit: snapshot.editable ? (change) => store.send({ kind: "edited", change }) : undefined,
      save: ifMay("save"),
      register: ifMay("register"),
      close: ifMay("close"),
      discard: calm && snapshot.dirty.length > 0 ? () => store.send({ kind: "discarded" }) : undefined,
      postpone: () => store.send({ kind: "postponed" }),
      choose: (keepMine) => {
        store.send({ kind: "chosen", keepMine });
        if (snapshotOf(store.get()).may.save) void carryOut("save");
      },
    },
  ];
}
