import { useEffect, useRef } from "react";
import type { Side } from "@/lib/duplicates";

interface ReviewKeys {
  next: () => void;
  previous: () => void;
  nextField: () => void;
  previousField: () => void;
  choose: (side: Side) => void;
  merge: () => void;
  apart: () => void;
  undo: () => void;
}

/**
 * Keys by their place on the keyboard, not by the letter: with the Korean layout on, the J key writes ㅓ.
 * Typing in a field, shortcuts of the browser, held keys and open dialogs are left alone.
 */
export function useReviewKeys(keys: ReviewKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const actions: Record<string, (keys: ReviewKeys) => void> = {
      KeyJ: (k) => k.next(), ArrowRight: (k) => k.next(),
      KeyK: (k) => k.previous(), ArrowLeft: (k) => k.previous(),
      ArrowDown: (k) => k.nextField(), ArrowUp: (k) => k.previousField(),
      Digit1: (k) => k.choose("left"), Numpad1: (k) => k.choose("left"),
      Digit2: (k) => k.choose("right"), Numpad2: (k) => k.choose("right"),
      KeyM: (k) => k.merge(), KeyN: (k) => k.apart(), KeyU: (k) => k.undo(),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const action = actions[event.code];
      const busy = event.target instanceof Element && event.target.closest("input, textarea, select, [role=menu], [role=dialog], [role=listbox]");
      if (!action || busy || event.ctrlKey || event.metaKey || event.altKey || (event.repeat && /Key[MNU]/.test(event.code))) return;
      event.preventDefault();
      action(latest.current);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
