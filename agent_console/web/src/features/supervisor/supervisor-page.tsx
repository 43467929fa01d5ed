import type { Session } from "@/shared/gen/hotline/console/v1/session_service_pb";
import { isStale } from "@/shared/live/live-model";
import { useConsole } from "@/shared/live/use-console";
import { LiveBanner } from "@/shared/ui/live-banner";
import { CallsPanel } from "./calls-panel";
import { ChartPanel } from "./chart-panel";
import { PulsePanel } from "./pulse-panel";
import { QueuesPanel } from "./queues-panel";
import { RatesPanel } from "./rates-panel";
import { RouterStrip } from "./router-strip";
import { SeatsPanel } from "./seats-panel";
import { StationsPanel } from "./stations-panel";
import "./supervisor.css";

interface Props {
  readonly session: Session;
  readonly signedOut: () => void;
}

export default function SupervisorPage({ session, signedOut }: Props) {
  const { live, retry } = useConsole({ account: session.account, seatId: "", area: true }, signedOut);
  const { area } = live;
  const stale = isStale(live);
  return (
    <>
      <LiveBanner live={live} retry={retry} />
      <main id="main" className="board" tabIndex={-1} aria-busy={!live.known}>
        <RouterStrip router={area.router} stale={stale} />
        <div className="board-figures">
          <RatesPanel today={area.today} day24h={area.day24h} />
          <PulsePanel area={area} />
        </div>
        <div className="board-left">
          <QueuesPanel area={area} />
          <StationsPanel area={area} />
          <ChartPanel answered={area.today?.answered} />
        </div>
        <SeatsPanel area={area} offset={live.offset} live={!stale} />
        <CallsPanel ended={area.ended} />
      </main>
    </>
  );
}
