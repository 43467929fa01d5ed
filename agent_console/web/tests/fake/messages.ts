/** Short ways to make the contract's messages. */
import { type MessageInitShape, create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { CallSchema, CallRecordSchema } from "@/shared/gen/hotline/router/v1/call_pb";
import { type Seat, SeatSchema } from "@/shared/gen/hotline/router/v1/seat_pb";
import { AreaStatsSchema } from "@/shared/gen/hotline/router/v1/stats_pb";
import { type Ticket, TicketSchema } from "@/shared/gen/hotline/ticket/v1/ticket_pb";

export const at = (ms: number) => timestampFromMs(ms);
export const span = (ms: number) => durationFromMs(ms);

export const seat = (init: MessageInitShape<typeof SeatSchema>): Seat => create(SeatSchema, init);
export const call = (init: MessageInitShape<typeof CallSchema>) => create(CallSchema, init);
export const record = (init: MessageInitShape<typeof CallRecordSchema>) => create(CallRecordSchema, init);
export const ticket = (init: MessageInitShape<typeof TicketSchema>): Ticket => create(TicketSchema, init);

/** Figures of a window: (T01 … T12 counts decide nothing here, only what is shown). */
export function stats(offered: number, answered: number, escalated: number, abandoned: number, short: number, quick: number) {
  const reached = BigInt(answered + escalated);
  return create(AreaStatsSchema, {
    offered: BigInt(offered),
    answered: BigInt(answered),
    escalatedAnswered: BigInt(escalated),
    abandoned: BigInt(abandoned),
    failed: BigInt(offered - answered - escalated - abandoned),
    connectRateA: { numerator: reached, denominator: BigInt(offered) },
    connectRateB: { numerator: reached, denominator: BigInt(offered - short) },
    answeredInTarget: { numerator: BigInt(quick), denominator: BigInt(offered) },
  });
}
