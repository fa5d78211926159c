import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type {
  Audience, Contact, ContactDetail, ContactInput, Filter, Id, ImportOutcome, Reach, TagCount, TimelineEvent,
} from "./types";
import { uuid } from "./utils";

export interface ContactQuery {
  q: string;
  tags: string[];
  importId: string | null;
  outcome: ImportOutcome | null;
  segmentId: string | null;
  /** Administrative units from the largest down: "서울 동작구 상도동". */
  district: string | null;
  reachable: Reach | null;
}
export const NO_QUERY: ContactQuery = {
  q: "", tags: [], importId: null, outcome: null, segmentId: null, district: null, reachable: null,
};
const PAGE_SIZE = 100;

export const isFiltered = (query: ContactQuery): boolean => JSON.stringify(query) !== JSON.stringify(NO_QUERY);

/** The conditions that have no parameter of their own. */
function extraFilter({ district, reachable }: ContactQuery): Filter | undefined {
  const parts: Filter[] = [];
  if (district) parts.push({ district });
  if (reachable) parts.push({ reachable });
  return parts.length > 0 ? { all: parts } : undefined;
}

/** A query in the API's words: what views keep and bulk actions aim at. */
export interface QueryTarget {
  q?: string;
  tag?: string[];
  segment_id?: Id;
  import_id?: Id;
  outcome?: ImportOutcome;
  filter?: Filter;
}

export function toTarget(query: ContactQuery): QueryTarget {
  const filter = extraFilter(query);
  return {
    ...(query.q ? { q: query.q } : {}),
    ...(query.tags.length > 0 ? { tag: query.tags } : {}),
    ...(query.segmentId ? { segment_id: query.segmentId } : {}),
    ...(query.importId ? { import_id: query.importId } : {}),
    ...(query.importId && query.outcome ? { outcome: query.outcome } : {}),
    ...(filter ? { filter } : {}),
  };
}

/** Everybody a query finds as a campaign's audience; null for a segment with more conditions, which no filter can say. */
export function toAudience(query: ContactQuery): Audience | null {
  const { segmentId, importId, outcome, q, tags } = query;
  const parts: Filter[] = tags.map((tag) => ({ tag }));
  if (q) parts.push({ q });
  if (importId) parts.push({ import: outcome ? { id: importId, outcome } : importId });
  const extra = extraFilter(query);
  if (extra) parts.push(extra);
  if (segmentId) return parts.length === 0 ? { segment_id: segmentId } : null;
  return parts.length > 0 ? { filter: { all: parts } } : { all: true };
}

export function fromTarget(target: QueryTarget): ContactQuery {
  const parts = target.filter && "all" in target.filter ? target.filter.all : [];
  const query: ContactQuery = {
    ...NO_QUERY,
    q: target.q ?? "",
    tags: target.tag ?? [],
    segmentId: target.segment_id ?? null,
    importId: target.import_id ?? null,
    outcome: target.outcome ?? null,
  };
  for (const part of parts) {
    if ("district" in part) query.district = part.district;
    if ("reachable" in part) query.reachable = part.reachable;
  }
  return query;
}

/** Contacts page by page along the server's keyset cursor; the old result stays while a new one is on its way. */
export function useContactPages(query: ContactQuery) {
  const { filter, ...plain } = toTarget(query);
  return useInfiniteQuery({
    queryKey: ["contacts", "list", query],
    queryFn: ({ pageParam, signal }) =>
      api.page<Contact>("/contacts", {
        query: { ...plain, filter: filter && JSON.stringify(filter), limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

export function useContact(id: Id) {
  return useQuery({ queryKey: ["contacts", "one", id], queryFn: () => api.get<ContactDetail>(`/contacts/${id}`) });
}

/** A contact that may not be known yet; the one before is kept while the next is fetched. */
export function useContactOf(id: Id | null) {
  return useQuery({
    queryKey: ["contacts", "one", id],
    queryFn: () => api.get<ContactDetail>(`/contacts/${id}`),
    enabled: id !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export function useTimeline(id: Id) {
  return useInfiniteQuery({
    queryKey: ["contacts", "timeline", id],
    queryFn: ({ pageParam }) => api.page<TimelineEvent>(`/contacts/${id}/timeline`, { query: { cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function useTags() {
  return useQuery({
    queryKey: ["tags"],
    queryFn: async () => (await api.page<TagCount>("/tags")).items,
    staleTime: 30_000,
  });
}

/** Makes every list, page and timeline of contacts be read again. */
export function useForgetContacts() {
  const client = useQueryClient();
  return async () => {
    // A first answer still under way may be older than the change, and nothing asks twice while it is awaited.
    await client.cancelQueries({ queryKey: ["contacts"] });
    await Promise.all([
      client.invalidateQueries({ queryKey: ["contacts"] }),
      client.invalidateQueries({ queryKey: ["tags"] }),
    ]);
  };
}

/** Creates a contact (no id), or changes the fields that are sent; the others stay. */
export function useSaveContact(id?: Id) {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: (input: Partial<ContactInput>) =>
      id
        ? api.put<ContactDetail>(`/contacts/${id}`, input)
        : api.post<ContactDetail>("/contacts", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: forget,
  });
}

/** Deletes one after the other: a selection is small, and the first refusal stops the rest. */
export function useDeleteContacts() {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: async (ids: Id[]) => {
      for (const id of ids) await api.delete(`/contacts/${id}`);
    },
    onSettled: forget,
  });
}

export function useAddNote(id: Id) {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: (text: string) => api.post(`/contacts/${id}/notes`, { text }, { idempotencyKey: uuid() }),
    onSuccess: forget,
  });
}

export function useDeleteNote(id: Id) {
  const forget = useForgetContacts();
  return useMutation({ mutationFn: (noteId: Id) => api.delete(`/contacts/${id}/notes/${noteId}`), onSuccess: forget });
}

export interface MergeRecord {
  id: Id;
  merged: { id: Id; name: string | null };
  at: string;
  can_undo: boolean;
}

export function useMerges(id: Id) {
  return useQuery({
    queryKey: ["contacts", "merges", id],
    queryFn: async () => (await api.page<MergeRecord>(`/contacts/${id}/merges`)).items,
  });
}

export function useUndoMerge() {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: (mergeId: Id) => api.post<{ contacts: Id[]; kept_edits: number }>(`/contacts/merges/${mergeId}/undo`),
    onSuccess: forget,
  });
}

export interface District {
  name: string;
  level: "sido" | "sigungu" | "eupmyeondong";
  count: number;
}

const COUNTING_MS = 1_500;
const COUNTING_POLLS = 8;

/** The units directly below `parent` ("서울 동작구"); the provinces without it. `counting`: nobody knows yet that there are none. */
export function useDistricts(parent: string) {
  const client = useQueryClient();
  const queryKey = ["districts", parent];
  const query = useQuery({
    queryKey,
    queryFn: async () => (await api.page<District>("/districts", { query: { parent } })).items,
    staleTime: 60_000,
    // The hub counts districts in the background after the list has changed: a first answer may be empty.
    refetchInterval: ({ state }) => (state.data?.length === 0 && state.dataUpdateCount < COUNTING_POLLS ? COUNTING_MS : false),
  });
  const asked = client.getQueryState(queryKey)?.dataUpdateCount ?? 0;
  return { ...query, counting: query.data?.length === 0 && asked < COUNTING_POLLS };
}

export function toInput(contact: ContactDetail): ContactInput {
  const { name, phones, emails, kakao_ids, tags, address, note, custom } = contact;
  return { name: name ?? "", phones, emails, kakao_ids, tags, address: address ?? "", note: note ?? "", custom: custom ?? {} };
}

/** Only what the form changed, so that what it does not show (landlines, say) stays as it is. */
export function changedFields(before: ContactInput, after: ContactInput): Partial<ContactInput> {
  const entries = Object.entries(after) as [keyof ContactInput, unknown][];
  return Object.fromEntries(entries.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])));
}
