import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import { useForgetContacts } from "./contacts";
import type { Id } from "./types";
import { uuid } from "./utils";

export interface Consent {
  id: Id;
  purpose: string;
  channel: string;
  text: string;
  method: string;
  given_at: string;
  evidence: string | null;
  recorded_by: string | null;
  withdrawn_at: string | null;
  /** When another consent for the same was taken back, which ended this one too. */
  ended_at: string | null;
}
/** What should follow when a consent was taken back. */
export interface ConsentOffer {
  action: "opt_out" | "erase";
  message: string;
}
export type ConsentInput = Pick<Consent, "purpose" | "channel" | "text" | "method" | "given_at"> & { evidence?: string };

export interface Provenance {
  sentences: string[];
  source: string | null;
  legal_basis: string | null;
  imports: { id: Id; file_name: string; row_number: number | null; at: string; member: string | null }[];
  consents: Consent[];
  text: string;
}

export function useProvenance(id: Id, enabled: boolean) {
  return useQuery({
    queryKey: ["contacts", "provenance", id],
    queryFn: () => api.get<Provenance>(`/contacts/${id}/provenance`),
    enabled,
  });
}

export type Whereabouts = "contact" | "shared" | "history" | "opt_out" | "conversation" | "campaign" | "erased";
export interface Lookup {
  found: Whereabouts[];
  contact_id: Id | null;
  sentences: string[];
  text: string;
}

/** What is known of a whole phone number, wherever it stands. */
export function useLookup(phone: string) {
  return useQuery({
    queryKey: ["contacts", "lookup", phone],
    // A POST, so that the number stands in no address and no log.
    queryFn: () => api.post<Lookup>("/privacy/lookup", { phone }),
    staleTime: 60_000,
  });
}

/** An advertising consent that has to be confirmed again after two years. */
export interface DueConsent {
  id: Id;
  contact_id: Id;
  contact_name: string | null;
  channel: string;
  given_at: string;
  reconfirm_by: string;
}

export function useDueConsents() {
  return useQuery({
    queryKey: ["contacts", "consents-due"],
    queryFn: async () => (await api.page<DueConsent>("/privacy/consents-due")).items,
  });
}

export function useConsents(id: Id) {
  return useQuery({
    queryKey: ["contacts", "consents", id],
    queryFn: async () => (await api.page<Consent>(`/contacts/${id}/consents`)).items,
  });
}

export function useAddConsent(id: Id) {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: (input: ConsentInput) => api.post(`/contacts/${id}/consents`, input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: forget,
  });
}

export function useWithdrawConsent(id: Id) {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: ({ consentId, optOut }: { consentId: Id; optOut: boolean }) =>
      api.post<{ offers: ConsentOffer[] }>(
        `/contacts/${id}/consents/${consentId}/withdraw`,
        { opt_out: optOut },
      ),
    onSuccess: forget,
  });
}

export function useErase(id: Id) {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: (reason: string) => api.post(`/contacts/${id}/erase`, { reason }),
    meta: { quiet: true },
    onSuccess: forget,
  });
}

/** Of a number that is in no contact. */
export function useEraseNumber(phone: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => api.post("/privacy/erase-number", { phone, reason }),
    meta: { quiet: true },
    // What it was in: conversations, campaigns, requests, what the desk has just answered.
    onSuccess: () => client.invalidateQueries(),
  });
}

export type RequestKind = "access" | "correction" | "erasure" | "stop" | "source" | "withdrawal";
export interface PrivacyRequest {
  id: Id;
  kind: RequestKind;
  status: "open" | "answered" | "refused";
  contact_id: Id | null;
  contact_name?: string | null;
  detail?: string | null;
  answer?: string | null;
  /** A Korean day. */
  due_on: string;
  overdue: boolean;
  created_at: string;
  answered_at: string | null;
}
export interface RequestInput {
  kind: RequestKind;
  contact_id?: Id;
  phone?: string;
  detail?: string;
}

export function usePrivacyRequests() {
  return useQuery({
    queryKey: ["privacy", "requests"],
    queryFn: async () => (await api.page<PrivacyRequest>("/privacy/requests", { query: { limit: 100 } })).items,
  });
}

export function useAddRequest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: RequestInput) => api.post("/privacy/requests", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["privacy", "requests"] }),
  });
}

export function useAnswerRequest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...answer }: { id: Id; status: "answered" | "refused"; answer: string }) =>
      api.post(`/privacy/requests/${id}/answer`, answer),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["privacy", "requests"] }),
  });
}

export type RetentionKind = "election" | "source" | "inactive" | "import_files" | "rejects" | "strangers";
export interface RetentionRule {
  id: Id;
  kind: RetentionKind;
  days: number;
  action: "erase" | "report";
  election_on: string | null;
  source: string | null;
  enabled: boolean;
  last_run: { status: "running" | "done" | "failed"; done: number; total: number; created_at: string } | null;
}
export type RetentionInput = Pick<RetentionRule, "kind" | "days" | "action"> & Partial<Pick<RetentionRule, "election_on" | "source">>;

export function useRetentionRules() {
  return useQuery({
    queryKey: ["privacy", "retention"],
    queryFn: async () => (await api.page<RetentionRule>("/privacy/retention-rules")).items,
  });
}

/** Creates a rule (no id) or changes it. */
export function useSaveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, input }: { id?: Id; input: RetentionInput }) =>
      id
        ? api.put(`/privacy/retention-rules/${id}`, input)
        : api.post("/privacy/retention-rules", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["privacy", "retention"] }),
  });
}

export function useDeleteRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`/privacy/retention-rules/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["privacy", "retention"] }),
  });
}

export interface RetentionPreview {
  count: number;
  sample: { id: Id; name: string | null }[];
}

/** What a rule would do now; changes nothing. */
export function usePreviewRetention() {
  return useMutation({
    mutationFn: (rule: RetentionRule) => api.post<RetentionPreview>("/privacy/retention/preview", { rule_id: rule.id }),
  });
}

export function useRunRetention() {
  const forget = useForgetContacts();
  return useMutation({
    mutationFn: (rule: RetentionRule) => api.post("/privacy/retention/run", { rule_id: rule.id }),
    onSuccess: forget,
  });
}

export interface Rekeying {
  status: "none" | "running" | "waiting" | "done" | "failed";
  done: number;
  total: number;
  keys: number[];
  error?: string | null;
  finished_at: string | null;
}

export function useRekeying(enabled: boolean) {
  return useQuery({
    queryKey: ["privacy", "rekeying"],
    queryFn: () => api.get<Rekeying>("/privacy/rekeying"),
    refetchInterval: ({ state }) => (state.data && ["running", "waiting"].includes(state.data.status) ? 1_000 : false),
    enabled,
  });
}

export function useStartRekeying() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post("/privacy/rekeying", { what: "data_key" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["privacy", "rekeying"] }),
  });
}
