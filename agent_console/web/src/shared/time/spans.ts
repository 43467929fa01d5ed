import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

const MS = 1000;

/** Milliseconds since 1970, undefined for an absent time. */
export function timeMs(time: Timestamp | undefined): number | undefined {
  return time && Number(time.seconds) * MS + Math.floor(time.nanos / 1e6);
}

/** Milliseconds, 0 for an absent span. */
export function spanMs(span: Duration | undefined): number {
  return span ? Number(span.seconds) * MS + Math.floor(span.nanos / 1e6) : 0;
}

/** 65 s → "1:05", an hour → "1:00:00". Never negative: clocks differ by a little. */
export function formatSpan(ms: number): string {
  const total = Math.max(0, Math.floor(ms / MS));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** "14:05:09" in the browser's zone. */
export function formatClock(ms: number, withSeconds = true): string {
  const time = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const short = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return withSeconds ? `${short}:${two(time.getSeconds())}` : short;
}

/** "03-21 14:05" in the browser's zone. */
export function formatDay(ms: number): string {
  const time = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(time.getMonth() + 1)}-${two(time.getDate())} ${formatClock(ms, false)}`;
}
