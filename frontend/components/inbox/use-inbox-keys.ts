import { useEffect, useRef } from "react";

export interface InboxKeys {
  KeyJ: () => void;
  KeyK: () => void;
  KeyR: () => void;
  KeyE: () => void;
  Slash: () => void;
}

/** Keys by their place on the keyboard, so that they work with the Korean layout on; typing is left alone. */
export function useInboxKeys(keys: Partial<InboxKeys>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = latest.current[event.code as keyof InboxKeys];
      const busy = event.target instanceof Element && event.target.closest("input, textarea, select, [role=menu], [role=dialog], [role=listbox]");
      if (!action || busy || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
