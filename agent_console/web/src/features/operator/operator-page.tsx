import { useState } from "react";
import type { Session } from "@/shared/gen/hotline/console/v1/session_service_pb";
import type { Ticket } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import { TicketSearch } from "@/features/ticket/ticket-search";
import { useConsole } from "@/shared/live/use-console";
import { LiveBanner } from "@/shared/ui/live-banner";
import { useShortcuts } from "@/shared/ui/use-shortcuts";
import { CallerHistory } from "./caller-history";
import { DeskTicket } from "./desk-ticket";
import { OfferAlert } from "./offer-alert";
import { OperatorTools } from "./operator-tools";
import { SeatChooser } from "./seat-chooser";
import { SeatColumn } from "./seat-column";
import { useChosenSeat } from "./use-chosen-seat";
import { useDesk } from "./use-desk";
import "./operator.css";

interface Props {
  readonly session: Session;
  readonly signedOut: () => void;
}

export default function OperatorPage({ session, signedOut }: Props) {
  const { account } = session;
  const [seatId, chooseSeat] = useChosenSeat(account);
  const { live, retry } = useConsole({ account, seatId, area: false }, signedOut);
  const [desk, actions] = useDesk(live, seatId, account);
  const [other, setOther] = useState<Ticket>();
  useShortcuts({
    "Alt+R": actions.setReady,
    "Alt+N": actions.setNotReady && (() => actions.setNotReady?.("break")),
    "Alt+E": actions.extendWrapUp,
    "Alt+F": () => document.getElementById("ticket-search")?.focus(),
  });
  const present = seatId !== "" && live.known && !desk.absent;
  return (
    <>
      <LiveBanner live={live} retry={retry} />
      <OfferAlert offer={desk.offer} offset={live.offset} />
      <main id="main" className="desk" tabIndex={-1}>
        <div className="desk-left">
          {present ? (
            <SeatColumn desk={desk} actions={actions} offset={live.offset} />
          ) : (
            <SeatChooser
              key={seatId}
              seats={session.seats}
              seatId={seatId}
              choose={chooseSeat}
              known={live.known}
              desk={desk}
              signIn={actions.signIn}
            />
          )}
          <OperatorTools />
        </div>
        <DeskTicket account={account} live={live} desk={desk} other={other} setOther={setOther} />
        <div className="desk-right">
          <CallerHistory desk={desk} open={setOther} />
          <TicketSearch account={account} open={setOther} />
        </div>
      </main>
    </>
  );
}
