import { useEffect, useRef, useState, useSyncExternalStore } from "react";

/** The value as it was when it last stood still for `delay` milliseconds. */
export function useDebounced<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}

export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", notify);
      return () => list.removeEventListener("change", notify);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

/**
 * The keyboard goes on where it was when a dialog closes. Ours open without a trigger of Radix, which then would leave
 * the focus nowhere. What was left may be gone by then, the bar above a list for one: then it goes on at `otherwise` or in the page.
 */
export function useWayBack(otherwise?: () => HTMLElement | null) {
  const before = useRef<Element | null>(null);
  const leave = () => {
    before.current = document.activeElement;
  };
  const comeBack = (event: Event) => {
    const same = before.current?.isConnected && before.current !== document.body ? before.current : otherwise?.();
    const place = same ?? document.getElementById("content");
    if (!(place instanceof HTMLElement)) return;
    event.preventDefault();
    place.focus({ preventScroll: place !== same });
  };
  return { leave, comeBack };
}

/** The present moment, told anew every `every` milliseconds. */
export function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
