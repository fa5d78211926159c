"use client";

import { useCallback, useState } from "react";

/** Rows that were picked one by one, or everybody who matches, loaded or not. */
export function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [everybody, setEverybody] = useState(false);
  const select = useCallback((ids: string[], on: boolean) => {
    setEverybody(false);
    setSelected((before) => {
      const after = new Set(before);
      ids.forEach((id) => (on ? after.add(id) : after.delete(id)));
      return after;
    });
  }, []);
  const clear = useCallback(() => {
    setSelected(new Set());
    setEverybody(false);
  }, []);
  return { selected, everybody, select, selectEverybody: useCallback(() => setEverybody(true), []), clear };
}
export type Selection = ReturnType<typeof useSelection>;
