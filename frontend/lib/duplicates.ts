import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "./api";
import type { Contact, Id } from "./types";

export type PairKind = "similar" | "shared_phone" | "shared_email";
export type Side = "left" | "right";
export type FieldValue = string | string[] | Record<string, string> | null;

export interface PairField {
  field: string;
  left: FieldValue;
  right: FieldValue;
  equal: boolean;
  /** `both`: the merged contact keeps the values of either side (phones, tags, …). */
  suggestion: Side | "both";
}
/** `shared_phones`: numbers that belong to another contact, a family's for instance. */
export type PairContact = Contact;

export interface Pair {
  id: Id;
  score: number;
  kind: PairKind;
  reasons: { code: string; message: string }[];
  left: PairContact;
  right: PairContact;
  fields: PairField[];
  created_at: string;
}
/** One contact that a list knew by another name: `right` is the same contact under that name. */
export const isOtherName = (pair: Pair): boolean => pair.left.id === pair.right.id;

/** The fields where one side's value is chosen; the others are equal or joined. */
export const choosableFields = (pair: Pair): PairField[] =>
  isOtherName(pair) ? [] : pair.fields.filter((field) => !field.equal && field.suggestion !== "both");

export interface Resolution {
  decision: "merge" | "keep_apart";
  keep: Side;
  fields: Record<string, Side>;
}
export interface ScanStatus {
  running: boolean;
  done: number;
  total: number;
  open: number;
}

const PAGE_SIZE = 20;
const KINDS: PairKind[] = ["similar", "shared_phone", "shared_email"];
const SCAN_POLL_MS = 1000;

/** The queue, best matches first, page by page. What is decided meanwhile is left out by the screen, not fetched again. */
export function usePairs(kind: PairKind | null) {
  return useInfiniteQuery({
    queryKey: ["duplicates", "queue", kind],
    queryFn: ({ pageParam, signal }) =>
      api.page<Pair>("/contacts/duplicates", { query: { kind, cursor: pageParam, limit: PAGE_SIZE }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

const COUNTS = ["duplicates", "counts"];

/** How many pairs of each kind wait. Decisions change the figures here; only a search asks for them again. */
export function usePairCounts() {
  return useQuery({
    queryKey: COUNTS,
    staleTime: Infinity,
    queryFn: async () => {
      const pages = await Promise.all(KINDS.map((kind) => api.page<Pair>("/contacts/duplicates", { query: { kind, limit: 1 } })));
      return Object.fromEntries(KINDS.map((kind, at) => [kind, pages[at]?.total?.value ?? 0])) as Record<PairKind, number>;
    },
  });
}

export function changeCount(client: QueryClient, kind: PairKind, by: 1 | -1): void {
  client.setQueryData<Record<PairKind, number>>(COUNTS, (before) => before && { ...before, [kind]: Math.max(0, before[kind] + by) });
}

/** Asks again when a search has ended, and whenever there is something while the screen has nothing to show. */
export function useFreshQueue(status: ScanStatus | undefined, isEmpty: boolean): void {
  const client = useQueryClient();
  const running = status?.running;
  const open = status?.open ?? 0;
  useEffect(() => {
    if (running === false) void client.invalidateQueries({ queryKey: COUNTS });
  }, [running, client]);
  useEffect(() => {
    if (!isEmpty || open === 0) return;
    void client.invalidateQueries({ queryKey: ["duplicates", "queue"] });
    void client.invalidateQueries({ queryKey: COUNTS });
  }, [isEmpty, open, running, client]);
}

export function useScanStatus() {
  return useQuery({
    queryKey: ["duplicates", "status"],
    queryFn: () => api.get<ScanStatus>("/contacts/duplicates/status"),
    refetchInterval: ({ state }) => (state.data?.running ? SCAN_POLL_MS : false),
  });
}

export function useScan() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<void>("/contacts/duplicates/scan"),
    onSuccess: () => client.invalidateQueries({ queryKey: ["duplicates", "status"] }),
  });
}

export function useResolve() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Resolution & { id: Id }) =>
      api.post<{ merge_id: Id | null }>(`/contacts/duplicates/${id}/resolve`, body),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["contacts"] }),
  });
}

/** Takes a decision back: a merge is undone, a "not the same" is put into the queue again. */
export function useTakeBack() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ pairId, mergeId }: { pairId: Id; mergeId: Id | null }) =>
      mergeId ? api.post<unknown>(`/contacts/merges/${mergeId}/undo`) : api.post<unknown>(`/contacts/duplicates/${pairId}/reopen`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["contacts"] }),
  });
}
