import type { ReactNode } from "react";
import { Shape, type ShapeName } from "./shapes";

export type Tone = "ok" | "warn" | "bad" | "busy" | "purple" | "idle";

interface Props {
  readonly tone: Tone;
  readonly shape: ShapeName;
  readonly children: ReactNode;
}

/** A state: a shape, a word, and last a colour. */
export function Badge({ tone, shape, children }: Props) {
  return (
    <span className={`badge tone-${tone}`}>
      <Shape name={shape} />
      {children}
    </span>
  );
}
