/** Shapes that tell states apart without colour. Decorative: the text beside them says the same. */
const PATHS = {
  disc: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z",
  ring: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z",
  square: "M2 2h12v12H2z",
  up: "M8 1.500 15 14.500H1z",
  down: "M8 14.500 1 1.500h14z",
  diamond: "M8 .5 15.500 8 8 15.500.5 8z",
  bars: "M2 2h4.500v12H2zM9.500 2H14v12H9.500z",
  pen: "M11 1l4 4-9 9-5 1 1-5z",
  cross: "M3.500 1 8 5.500 12.500 1 15 3.500 10.500 8l4.500 4.500-2.500 2.500L8 10.500 3.500 15 1 12.500 5.500 8 1 3.500z",
  check: "M6 14 .8 8.800 3 6.600 6 9.600 13 2.500l2.200 2.200z",
} as const;

export type ShapeName = keyof typeof PATHS;

export function Shape({ name }: { readonly name: ShapeName }) {
  return (
    <svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fillRule="evenodd" />
    </svg>
  );
}
