import { createContext, useContext, useEffect, useState } from "react";
import { type Clock, systemClock } from "./clock";

const TICK_MS = 500;

export const ClockContext = createContext<Clock>(systemClock);

export const useClock = () => useContext(ClockContext);

/** The clock's time, twice a second while `running`. */
export function useNow(running = true): number {
  const clock = useClock();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    if (!running) return;
    let cancel: () => void;
    const tick = () => {
      setNow(clock.now());
      cancel = clock.after(TICK_MS, tick);
    };
    tick();
    return () => cancel();
  }, [clock, running]);
  return now;
}
