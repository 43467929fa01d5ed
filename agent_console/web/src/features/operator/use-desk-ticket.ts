import { useEffect, useState } from "react";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { Live } from "@/shared/live/live-model";
import { clients } from "@/shared/rpc/clients";

const STORAGE_KEY = "hotline.call";

/**
 * The ticket of the seat's call. It stays on the desk after the call, whatever the stream forgets when it begins
 * anew, until the next call brings its own; after a reload it is fetched by its call.
 */
export function useDeskTicket(account: string, live: Live, talking: string): Ticket | undefined {
  const key = `${STORAGE_KEY}.${account}`;
  const [held, setHeld] = useState<Ticket>();
  const news = live.ticket;
  useEffect(() => {
    if (news === undefined) return;
    setHeld(news);
    sessionStorage.setItem(key, news.callId);
  }, [key, news]);
  useEffect(() => {
    const callId = sessionStorage.getItem(key) ?? "";
    if (callId === "") return;
    clients().ticket.getTicket({ callId }).then(
      ({ ticket }) => setHeld((now) => now ?? ticket),
      // Not found any more: then nothing is on the desk, and the search is beside it.
      () => sessionStorage.removeItem(key),
    );
  }, [key]);
  const ticket = news ?? held;
  return ticket !== undefined && (talking === "" || ticket.callId === talking) ? ticket : undefined;
}
