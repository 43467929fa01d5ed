import { useEffect, useState } from "react";

/** The address's path, and how to go to another without loading the page anew. */
export function usePath(): readonly [string, (path: string) => void] {
  const [path, setPath] = useState(window.location.pathname);
  useEffect(() => {
    const back = () => setPath(window.location.pathname);
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const go = (next: string) => {
    window.history.pushState(null, "", next);
    setPath(next);
  };
  return [path, go];
}
