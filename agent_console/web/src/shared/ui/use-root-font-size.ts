import { useEffect, useState } from "react";

const current = () => Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize));

/** The size of the page's letters in px, which base.css makes grow with the window. */
export function useRootFontSize(): number {
  const [size, setSize] = useState(current);
  useEffect(() => {
    const measure = () => setSize(current());
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, []);
  return size;
}
