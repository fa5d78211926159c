"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ContactQuery } from "@/lib/contacts";
import { useDebounced } from "@/lib/hooks";
import type { ImportOutcome, Reach } from "@/lib/types";

const TYPING_PAUSE_MS = 120;

const readFilters = (params: URLSearchParams): ContactQuery => ({
  q: params.get("q") ?? "",
  tags: params.getAll("tag"),
  importId: params.get("import_id"),
  outcome: params.get("import_id") ? (params.get("outcome") as ImportOutcome | null) : null,
  segmentId: params.get("segment_id"),
  district: params.get("district"),
  reachable: params.get("reachable") as Reach | null,
});

function writeFilters(query: ContactQuery): string {
  const next = new URLSearchParams();
  if (query.q) next.set("q", query.q);
  query.tags.forEach((tag) => next.append("tag", tag));
  const single = {
    segment_id: query.segmentId, import_id: query.importId, outcome: query.outcome,
    district: query.district, reachable: query.reachable,
  };
  for (const [name, value] of Object.entries(single)) if (value) next.set(name, value);
  return next.toString();
}

/**
 * Filters live in the address, so that a reload or a link shows the same people. An address that was not written here
 * (the menu's "Contacts" while a filter is on) sets the filters; ours come back late and are known by `written`.
 */
export function useContactFilters() {
  const params = useSearchParams();
  const [filters, setFilters] = useState(() => readFilters(params));
  const written = useRef({ latest: params.toString(), all: new Set([params.toString()]) });
  const settled = useDebounced(filters.q, TYPING_PAUSE_MS).trim();
  const query = useMemo(() => ({ ...filters, q: settled }), [filters, settled]);
  const address = writeFilters(query);
  useEffect(() => {
    written.current.latest = address;
    written.current.all.add(address);
    window.history.replaceState(null, "", address ? `/contacts?${address}` : "/contacts");
  }, [address]);
  useEffect(() => {
    const text = params.toString();
    const { latest, all } = written.current;
    if (text === latest) written.current.all = new Set([text]);
    else if (!all.has(text)) setFilters(readFilters(params));
  }, [params]);
  return { filters, setFilters, query };
}
