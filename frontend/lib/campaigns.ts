import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, ApiError } from "./api";
import { isFinal } from "./states";
import type {
  Audience, Campaign, CampaignInput, CampaignItem, CampaignPreview, CampaignSeries, CampaignStats, CampaignStatus,
  CampaignStep, Contact, Declarations, Filter, Id, Message, Purpose, Segment, SegmentPreview, Total, Variant,
} from "./types";
import { uuid } from "./utils";

const LIVE_MS = 1000;

export function useCampaigns(status: CampaignStatus | null) {
  return useInfiniteQuery({
    queryKey: ["campaigns", "list", status],
    queryFn: ({ pageParam }) => api.page<CampaignItem>("/campaigns", { query: { status, cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: 5000,
  });
}

export function useCampaign(id: Id) {
  return useQuery({ queryKey: ["campaigns", "one", id], queryFn: () => api.get<Campaign>(`/campaigns/${id}`) });
}

/** Reads a campaign again when the live figures tell another status: only the campaign itself says why. */
export function useFollowStatus(id: Id, known: CampaignStatus | undefined, live: CampaignStatus | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (known && live && known !== live) void client.invalidateQueries({ queryKey: ["campaigns", "one", id] });
  }, [client, id, known, live]);
}

/** The numbers of a running campaign, every second until it is over. */
export function useStats(id: Id, enabled: boolean) {
  return useQuery({
    queryKey: ["campaigns", "stats", id],
    queryFn: () => api.get<CampaignStats>(`/campaigns/${id}/stats`),
    enabled,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isFinal(state.data.status) ? settling(state.data) : LIVE_MS),
  });
}

/** Reports may arrive after the last send: a finished campaign with open outcomes is still worth a look. */
function settling(stats: CampaignStats): number | false {
  return stats.sent + stats.sending + stats.unknown > 0 ? 5000 : false;
}

export function useSeries(id: Id, live: boolean) {
  return useQuery({
    queryKey: ["campaigns", "series", id, live],
    queryFn: () => api.get<CampaignSeries>(`/campaigns/${id}/series`),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: live ? LIVE_MS : false,
  });
}

export interface LedgerQuery {
  status: string | null;
  step: number | null;
  q: string;
}

export function useLedger(id: Id, { status, step, q }: LedgerQuery, live: boolean) {
  return useInfiniteQuery({
    queryKey: ["campaigns", "ledger", id, { status, step, q }],
    queryFn: ({ pageParam, signal }) =>
      api.page<Message>(`/campaigns/${id}/messages`, { query: { status, step, q, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (live && (state.data?.pages.length ?? 0) <= 1 ? 3000 : false),
  });
}

export type CampaignAction = "pause" | "resume" | "cancel" | "retry-failed";

export function useCampaignAction(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: CampaignAction) =>
      api.post<unknown>(`/campaigns/${id}/${action}`, {}, { idempotencyKey: uuid() }),
    onSettled: () => client.invalidateQueries({ queryKey: ["campaigns"] }),
  });
}

export interface ContentChange {
  position: number;
  variant: Variant;
  subject: string | null;
  body: string;
}

/** Another text for those who still wait; a campaign that sends is paused first. */
export function useReplaceContent(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ContentChange) => api.post<{ status: CampaignStatus; needs_approval: boolean }>(`/campaigns/${id}/content`, change),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["campaigns"] }),
  });
}

/** An admin's word on a message whose outcome the carrier leaves open. */
export function useDecideMessage(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: { id: Id; sent: boolean }) => api.post<void>(`/campaigns/${id}/messages/${decision.id}/decision`, { sent: decision.sent }),
    meta: { quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: ["campaigns"] }),
  });
}

export function useDeleteDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`/campaigns/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["campaigns", "list"] }),
  });
}

/** Creates the draft, or replaces it when it has an id already. */
export function useSaveDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, input }: { id: Id | null; input: CampaignInput }) =>
      id
        ? api.put<Campaign>(`/campaigns/${id}`, input)
        : api.post<Campaign>("/campaigns", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: (campaign) => {
      client.setQueryData(["campaigns", "one", campaign.id], campaign);
      return client.invalidateQueries({ queryKey: ["campaigns", "list"] });
    },
  });
}

/** The key is made once per wizard: a second click, or a retry after a lost answer, is the same launch. */
export function launchCampaign(id: Id, key: string): Promise<{ id: Id; status: CampaignStatus }> {
  return api.post(`/campaigns/${id}/launch`, {}, { idempotencyKey: key });
}

export interface TrialAnswer {
  state: "accepted" | "failed" | "unknown";
  reason: string | null;
}

/** One message of a step (from 1), in one of its texts, to one's own number. */
export function sendTrial(id: Id, to: string, step: number, variant: Variant): Promise<TrialAnswer> {
  return api.post(`/campaigns/${id}/test-send`, { to, step, variant });
}

export function useSegments() {
  return useQuery({ queryKey: ["segments"], queryFn: async () => (await api.page<Segment>("/segments")).items });
}

export function useSaveSegment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (segment: { name: string; filter: Filter }) =>
      api.post<Segment>("/segments", segment, { idempotencyKey: uuid() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["segments"] }),
  });
}

export interface AudienceSize {
  count: Total;
  sample: Contact[];
}

async function measureContacts(query: Record<string, string | number>, signal: AbortSignal): Promise<AudienceSize> {
  const page = await api.page<Contact>("/contacts", { query: { ...query, limit: 8 }, signal });
  return { count: page.total ?? { value: page.items.length, relation: page.nextCursor ? "gte" : "eq" }, sample: page.items };
}

async function measureAudience(audience: Audience, signal: AbortSignal): Promise<AudienceSize> {
  if ("filter" in audience) {
    return api.post<SegmentPreview>("/segments/preview", { filter: audience.filter }, { signal });
  }
  if ("segment_id" in audience) return measureContacts({ segment_id: audience.segment_id }, signal);
  if ("contact_ids" in audience) {
    const first = await Promise.all(audience.contact_ids.slice(0, 5).map((id) => api.get<Contact>(`/contacts/${id}`, { signal })));
    return { count: { value: audience.contact_ids.length, relation: "eq" }, sample: first };
  }
  return measureContacts({}, signal);
}

/** How many people, and a few of them to try the text on. */
export function useAudienceSize(audience: Audience | null) {
  return useQuery({
    queryKey: ["audience", audience],
    queryFn: ({ signal }) => measureAudience(audience!, signal),
    enabled: audience !== null,
    placeholderData: keepPreviousData,
  });
}

export interface PreviewRequest {
  purpose: Purpose;
  audience: Audience;
  steps: CampaignStep[];
  /** Who of the audience is shown, from 1. */
  row?: number;
  scheduled_at?: string | null;
  declarations?: Declarations;
}

/** Where nobody stands in that row (all of the audience opted out, say) the rest is still worth a look. */
async function previewOf({ row, ...request }: PreviewRequest, signal: AbortSignal): Promise<CampaignPreview> {
  const ask = (body: PreviewRequest) => api.post<CampaignPreview>("/campaigns/preview", body, { signal });
  try {
    return await ask({ ...request, row });
  } catch (error) {
    if (row && error instanceof ApiError && error.status === 404) return ask(request);
    throw error;
  }
}

export function usePreview(request: PreviewRequest | null) {
  return useQuery({
    queryKey: ["preview", request],
    queryFn: ({ signal }) => previewOf(request!, signal),
    enabled: request !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
