import { useEffect, useRef } from "react";
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api, ApiError } from "./api";
import type { Channel, Id, Role } from "./types";
import { uuid } from "./utils";

export const INBOX_FILTERS = ["open", "unread", "mine", "unassigned", "closed", "all"] as const;
export type InboxFilter = (typeof INBOX_FILTERS)[number];
export type MessageFate = "queued" | "sending" | "sent" | "delivered" | "failed" | "unknown" | "given_up";

export interface Conversation {
  id: Id;
  kind: "phone" | "kakao_key";
  /** The number as people write it, or the Kakao user's key. */
  peer: string;
  contact: { id: Id; name: string | null } | null;
  status: "open" | "closed";
  assignee_id: Id | null;
  unread: number;
  last: { direction: "in" | "out"; purpose: string; text: string; at: string } | null;
  opt_out: { id: Id; source: string; created_at: string } | null;
  last_at: string;
  created_at: string;
  version: number;
}
export interface ThreadMessage {
  id: Id;
  source: "conversation" | "campaign";
  direction: "in" | "out";
  purpose: "message" | "refusal" | "confirmation" | "campaign";
  channel: Channel | "kakao";
  text: string | null;
  /** Whether a campaign's text is what was sent; null: short links stood in it, so that cannot be told. */
  exact: boolean | null;
  at: string;
  state: MessageFate | null;
  reason: string | null;
  member_id: Id | null;
  campaign_id: Id | null;
  campaign_name: string | null;
  /** How many pictures came with a text; they are not kept. */
  pictures: number;
}
export interface CannedReply {
  id: Id;
  title: string;
  body: string;
}
export interface Colleague {
  id: Id;
  name: string;
  role: Role;
}
interface Changes {
  version: number;
  more: boolean;
  unread: number;
  items: Conversation[];
}
interface Pulse {
  version: number;
  more: boolean;
  unread: number;
}

const PULSE = ["inbox", "pulse"];
const PULSE_MS = 3000;
const THREAD_MS = 2000;
const one = (id: Id) => ["inbox", "one", id];
const thread = (id: Id) => ["inbox", "thread", id];
const LIST = ["inbox", "list"];

/** Near the head: asking from 0 would bring every conversation there ever was. */
async function nearHead(signal: AbortSignal): Promise<number> {
  const { items } = await api.page<Conversation>("/conversations", { query: { filter: "all", limit: 1 }, signal });
  return items[0]?.version ?? 0;
}

function spread(client: QueryClient, changed: Conversation[]): void {
  for (const conversation of changed) {
    client.setQueryData(one(conversation.id), conversation);
    void client.invalidateQueries({ queryKey: thread(conversation.id) });
  }
  if (changed.length > 0) void client.invalidateQueries({ queryKey: LIST });
}

/** What changed in the inbox, every few seconds on every screen; brings open lists and threads up to date. */
export function useInboxPulse() {
  const client = useQueryClient();
  return useQuery({
    queryKey: PULSE,
    queryFn: async ({ signal }): Promise<Pulse> => {
      const before = client.getQueryData<Pulse>(PULSE);
      const since = before?.version ?? (await nearHead(signal));
      const { items, ...pulse } = await api.get<Changes>("/conversations/changes", { query: { since }, signal });
      if (before) spread(client, items);
      return pulse;
    },
    staleTime: PULSE_MS,
    refetchInterval: ({ state }) => (state.data?.more ? 100 : PULSE_MS),
  });
}

export function useConversations(filter: InboxFilter, q: string) {
  return useInfiniteQuery({
    queryKey: [...LIST, { filter, q }],
    queryFn: ({ pageParam, signal }) => api.page<Conversation>("/conversations", { query: { filter, q, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useConversation(id: Id) {
  return useQuery({ queryKey: one(id), queryFn: () => api.get<Conversation>(`/conversations/${id}`) });
}

const UNDER_WAY: (MessageFate | null)[] = ["queued", "sending", "sent", "unknown"];
/** How many of the newest messages are looked at for one whose fate is open. */
const LOOKED_AT = 5;

/** A conversation's messages, newest first; asked again while an answer is on its way. */
export function useThread(id: Id) {
  return useInfiniteQuery({
    queryKey: thread(id),
    queryFn: ({ pageParam, signal }) => api.page<ThreadMessage>(`/conversations/${id}/messages`, { query: { cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: ({ state }) => {
      const newest = state.data?.pages[0]?.items.slice(0, LOOKED_AT) ?? [];
      return newest.some((message) => UNDER_WAY.includes(message.state)) ? THREAD_MS : false;
    },
  });
}

export interface ConversationChange {
  status?: "open" | "closed";
  assignee_id?: Id | null;
  read_up_to?: Id;
}

export function useChangeConversation(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ConversationChange) => api.put<Conversation>(`/conversations/${id}`, change),
    onSuccess: (conversation) => {
      client.setQueryData(one(id), conversation);
      void client.invalidateQueries({ queryKey: PULSE });
      return client.invalidateQueries({ queryKey: LIST });
    },
  });
}

/** Marks as read what is on the screen, when somebody is looking at it. */
export function useMarkRead(conversation: Conversation | undefined, newest: ThreadMessage | undefined): void {
  const { mutate } = useChangeConversation(conversation?.id ?? "");
  const told = useRef<Id | null>(null);
  const wanted = conversation && conversation.unread > 0 && newest ? newest.id : null;
  useEffect(() => {
    const tell = () => {
      if (!wanted || told.current === wanted || document.visibilityState !== "visible") return;
      told.current = wanted;
      mutate({ read_up_to: wanted });
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [wanted, mutate]);
}

/** Sends an answer. The key stays until the server has answered, so that a second try is the same answer. */
export function useReply(id: Id) {
  const client = useQueryClient();
  const key = useRef<string | null>(null);
  return useMutation({
    mutationFn: (reply: { text: string; sender_id?: Id }) => {
      key.current ??= uuid();
      return api.post<ThreadMessage>(`/conversations/${id}/replies`, reply, { idempotencyKey: key.current });
    },
    meta: { quiet: true },
    onSuccess: () => {
      key.current = null;
      void client.invalidateQueries({ queryKey: LIST });
      return client.invalidateQueries({ queryKey: thread(id) });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) key.current = null;
    },
  });
}

/** After an opt-out was made or taken back from a conversation. */
export function useForgetConversation(id: Id) {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: LIST });
    void client.invalidateQueries({ queryKey: ["/opt-outs"] });
    return client.invalidateQueries({ queryKey: one(id) });
  };
}

const CANNED = ["canned-replies"];

export function useCanned() {
  return useQuery({ queryKey: CANNED, queryFn: async () => (await api.page<CannedReply>("/canned-replies")).items, staleTime: 60_000 });
}

export function useSaveCanned() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...input }: { id?: Id; title: string; body: string }) =>
      id ? api.put<CannedReply>(`/canned-replies/${id}`, input) : api.post<CannedReply>("/canned-replies", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: CANNED }),
  });
}

export function useDeleteCanned() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`/canned-replies/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: CANNED }),
  });
}

/** The active members by name. */
export function useColleagues() {
  return useQuery({
    queryKey: ["colleagues"],
    queryFn: async () => (await api.page<Colleague>("/members/colleagues")).items,
    staleTime: 300_000,
  });
}
