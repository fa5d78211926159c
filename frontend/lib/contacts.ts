import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type { Contact, ContactDetail, ContactInput, Id, TagCount, TimelineEvent } from "./types";
import { uuid } from "./utils";

export interface ContactQuery {
  q: string;
  tags: string[];
  importId: string | null;
}
const PAGE_SIZE = 100;

/** Contacts page by page along the server's keyset cursor; the old result stays while a new one is on its way. */
export function useContactPages({ q, tags, importId }: ContactQuery) {
  return useInfiniteQuery({
    queryKey: ["contacts", "list", { q, tags, importId }],
    queryFn: ({ pageParam, signal }) =>
      api.page<Contact>("/contacts", {
        query: { q, tag: tags, import_id: importId, limit: PAGE_SIZE, cursor: pageParam },
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

function useForgetContacts() {
  const client = useQueryClient();
  return async () => {
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

export function toInput(contact: ContactDetail): ContactInput {
  const { name, phones, emails, kakao_ids, tags, address, note, custom } = contact;
  return { name: name ?? "", phones, emails, kakao_ids, tags, address: address ?? "", note: note ?? "", custom: custom ?? {} };
}

/** Only what the form changed, so that what it does not show (landlines, say) stays as it is. */
export function changedFields(before: ContactInput, after: ContactInput): Partial<ContactInput> {
  const entries = Object.entries(after) as [keyof ContactInput, unknown][];
  return Object.fromEntries(entries.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])));
}
