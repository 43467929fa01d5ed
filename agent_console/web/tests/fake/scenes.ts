/** What happens in a call, and an area in the middle of its day. */
import { Call_State, EndCause, TargetKind, TelephonyResult } from "@/shared/gen/hotline/router/v1/call_pb";
import { RouterStatus_Role } from "@/shared/gen/hotline/router/v1/attach_service_pb";
import { Seat_State } from "@/shared/gen/hotline/router/v1/seat_pb";
import { Category, Ticket_State } from "@/shared/gen/hotline/ticket/v1/ticket_pb";
import type { FakeConsole } from "./fake-console";
import { at, call, record, seat, span, stats, ticket } from "./messages";

export const CALL_ID = "0RZ8Q4C7M1K2A";
export const TICKET_NO = "GD330106202611230001X";

export function earlierTickets() {
  return [1, 2].map((n) =>
    ticket({
      ticketNo: `GD33010620260${n}110007${n}`,
      state: n === 1 ? Ticket_State.CLOSED : Ticket_State.REGISTERED,
      version: 3n,
      callerMasked: "138****1234",
      firstContact: n === 1 ? "wang" : "li",
      createTime: at(Date.now() - n * 40 * 86_400_000),
      updateTime: at(Date.now() - n * 40 * 86_400_000),
      content: { category: n === 1 ? Category.ADVICE : Category.MEDIATION, title: n === 1 ? "押金不退如何起诉" : "邻里宅基地界址纠纷调解", demand: "房东不退押金", answer: "已告知诉讼时效与小额诉讼程序", outcomes: ["B01"] },
    }),
  );
}

const request = () => ({ callId: CALL_ID, queue: "labour", entry: "transfer_12345", arriveTime: at(Date.now() - 20_000), requestTime: at(Date.now() - 12_000) });

function caller(ticketNo = "") {
  return { callId: CALL_ID, number: ticketNo === "" ? "138****1234" : "13800001234", queue: "labour", entry: "transfer_12345", requestTime: at(Date.now() - 12_000), ticketNo, earlier: earlierTickets() };
}

export function offer(fake: FakeConsole, seatId = "s8001"): void {
  for (const old of earlierTickets()) fake.tickets.all.set(old.ticketNo, old);
  const ringing = call({ request: request(), state: Call_State.OFFERED, target: { kind: TargetKind.SEAT, id: seatId }, stateTime: at(Date.now()), wait: span(12_000), offerId: 7n });
  fake.changeSeat(seatId, Seat_State.OFFERED, { callId: CALL_ID }, { call: ringing, caller: caller() });
}

export function answer(fake: FakeConsole, seatId = "s8001", state = Call_State.CONNECTED): void {
  const talking = call({ request: request(), state, target: { kind: TargetKind.SEAT, id: seatId }, stateTime: at(Date.now()), wait: span(14_000) });
  const opened = ticket({ ticketNo: TICKET_NO, state: Ticket_State.DRAFT, version: 1n, callId: CALL_ID, entry: "transfer_12345", queue: "labour", answeredBy: seatId, firstContact: "wang", callerMasked: "138****1234", content: {}, createTime: at(Date.now()), updateTime: at(Date.now()), updatedBy: "system" });
  fake.tickets.all.set(TICKET_NO, opened);
  fake.changeSeat(seatId, Seat_State.ON_CALL, { callId: CALL_ID }, { call: talking, caller: caller(TICKET_NO), ticket: opened });
}

export function hangUp(fake: FakeConsole, seatId = "s8001"): void {
  const old = fake.tickets.all.get(TICKET_NO);
  const ended = old && ticket({ ...old, version: old.version + 1n, callEndTime: at(Date.now()) });
  if (ended) fake.tickets.all.set(TICKET_NO, ended);
  fake.changeSeat(seatId, Seat_State.WRAP_UP, { wrapUpEndTime: at(Date.now() + 30_000), answered: 1, talk: span(95_000) }, ended ? { ticket: ended } : {});
}

const STATES = [Seat_State.READY, Seat_State.ON_CALL, Seat_State.OFFERED, Seat_State.WRAP_UP, Seat_State.NOT_READY, Seat_State.UNKNOWN, Seat_State.SIGNED_OUT];
const REASONS = ["break", "training", "no_answer", "paperwork"];

export function busyArea(fake: FakeConsole): void {
  const now = Date.now();
  for (let n = 0; n < 20; n += 1) {
    const state = STATES[(n * 3) % STATES.length] ?? Seat_State.READY;
    const out = state === Seat_State.SIGNED_OUT;
    fake.seats.set(`s${8001 + n}`, seat({ seatId: `s${8001 + n}`, state, reason: state === Seat_State.NOT_READY ? (REASONS[n % 4] ?? "break") : "", stateTime: at(now - (n * 37 + 5) * 1000), agent: out ? "" : `op${n + 1}`, extension: String(8001 + n), queues: ["general"], answered: n * 2 }));
  }
  const queues = ["general", "labour", "family", "contract", "expert"].map((queueId, n) => ({ queueId, waiting: [6, 2, 0, 1, 0][n] ?? 0, offered: n === 0 ? 2 : 0, connected: 5 - n, longestWait: span(([74, 21, 0, 8, 0][n] ?? 0) * 1000), seatsSignedIn: 12 - n, seatsReady: n === 0 ? 2 : 1 }));
  const stations = [["city-hall", "city", true, 4, 1], ["county-east", "county", true, 2, 2], ["town-willow", "township", false, 1, 0], ["village-stone-bridge", "village", false, 1, 0]] as const;
  const ended = Array.from({ length: 40 }, (_, n) => {
    const result = [1, 1, 1, 2, 4, 1, 3, 1, 1, 14, 2, 1, 5, 6, 12][n % 15] as TelephonyResult;
    const answered = result <= TelephonyResult.T02;
    const asked = now - (60 - n) * 45_000;
    return record({ request: { callId: `CALL${String(n).padStart(9, "0")}`, queue: n % 4 === 0 ? "labour" : "general", entry: n % 5 === 0 ? "transfer_12345" : "direct", ...(result === TelephonyResult.T14 ? {} : { requestTime: at(asked) }) }, ...(answered ? { answerTime: at(asked + (n % 20) * 1000), answeredBy: { kind: n % 6 === 0 ? TargetKind.STATION : TargetKind.SEAT, id: n % 6 === 0 ? "county-east" : `s80${String((n % 20) + 1).padStart(2, "0")}` } } : {}), endTime: at(asked + 200_000), cause: EndCause.CALLER_HUNG_UP, result });
  });
  fake.picture = {
    live: true,
    queues,
    stations: stations.map(([stationId, level, open, capacity, busy]) => ({ stationId, level, open, capacity, busy, extension: "7001" })),
    ended,
    statsToday: stats(412, 361, 14, 24, 9, 322),
    stats24h: stats(688, 601, 25, 41, 15, 529),
    router: { area: "demo", router: "router-1", role: RouterStatus_Role.ACTIVE, epoch: 12n, nodes: ["call-1"] },
  };
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const until = Math.max(20, Math.floor((now - midnight) / 1_800_000));
  fake.dayCurve = Array.from({ length: until }, (_, n) => {
    const offered = Math.max(0, Math.round(30 * Math.sin(((n - 12) / 24) * Math.PI)) + (n > 14 ? 6 : 0));
    const answered = Math.round(offered * (n % 7 === 0 ? 0.78 : 0.94));
    return { startTime: at(midnight + n * 1_800_000), stats: stats(offered, answered, 0, offered - answered, 0, answered) };
  });
}
