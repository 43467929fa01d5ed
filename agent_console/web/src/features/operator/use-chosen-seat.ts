import { useState } from "react";

const STORAGE_KEY = "hotline.seat";

/** The seat chosen in this tab; a reload keeps it, another account does not get it. */
export function useChosenSeat(account: string): readonly [string, (seatId: string) => void] {
  const key = `${STORAGE_KEY}.${account}`;
  const [seatId, setSeatId] = useState(() => sessionStorage.getItem(key) ?? "");
  const choose = (next: string) => {
    sessionStorage.setItem(key, next);
    setSeatId(next);
  };
  return [seatId, choose];
}
