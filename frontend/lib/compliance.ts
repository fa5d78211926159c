import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type { CampaignPreview, Id } from "./types";
import { uuid } from "./utils";

export const ELECTION_KINDS = [
  "president", "assembly", "governor", "superintendent", "metro_council", "city_head", "city_council", "county_head", "county_council",
] as const;
export type ElectionKind = (typeof ELECTION_KINDS)[number];
export type Organisation = "camp" | "lawmaker_office" | "party";
export type Standing = "unknown" | "party" | "not_yet" | "pre_candidate" | "candidate" | "expired" | "over";

export interface ElectionDates {
  pre_registration_opens_on: string;
  registration_opens_on: string;
  registration_closes_on: string;
  campaign_starts_on: string;
  days_120: string;
  days_90: string;
  days_60: string;
  days_6: string;
}
export interface Election {
  id: Id;
  kind: ElectionKind;
  name: string;
  election_day: string;
  dates: ElectionDates;
}
export type ElectionInput = Pick<Election, "kind" | "name" | "election_day">;
export interface UpcomingElection {
  occasion: "local" | "assembly" | "by_election";
  election_day: string;
}
export interface CandidateInput {
  organisation: Organisation;
  election_id: Id | null;
  name: string;
  phone: string;
  refusal_number: string;
  report_number: string;
  opponents: string[];
  pre_registered_on: string | null;
  registered_on: string | null;
  registration_no: string | null;
  withdrawn_on: string | null;
  term_from: string | null;
  term_until: string | null;
  insert_wording: boolean;
}
export interface Candidate extends CandidateInput {
  refusal_tested_on: string | null;
  standing: Standing;
  in_office: boolean;
}
export interface Counter {
  limit: number;
  used: number;
  elsewhere: number;
  left: number;
}
export interface ElectionSend {
  id: Id;
  /** Null: made by another tool and written in by hand. */
  campaign_id: Id | null;
  campaign_name: string | null;
  number: number;
  sent_on: string;
  recipients: number | null;
  note: string;
  counted: boolean;
}
export interface Freeze {
  id: Id;
  /** Null: all sending. */
  campaign_id: Id | null;
  reason: string;
  ordered_by: string;
  member_id: Id;
  created_at: string;
  lifted_at: string | null;
  lifted_by: Id | null;
  lift_reason: string | null;
}
export interface ReportedNumber {
  sender_id: Id;
  value: string;
  label: string;
  reported_on: string;
  in_use: boolean;
}
export interface ComplianceStatus {
  candidate: Candidate;
  election: Election | null;
  dates_to_come: { name: keyof ElectionDates | "election_day"; on: string; days_left: number }[];
  counter: Counter | null;
  reported_numbers: ReportedNumber[];
  frozen: boolean;
  freezes: Freeze[];
  approvals_waiting: number;
  attested: boolean;
  tasks: { results_to_tell?: number; consents_to_confirm?: number };
}
export type ApprovalState = "requested" | "approved" | "refused";
export interface Approval {
  id: Id;
  campaign_id: Id;
  campaign_name: string | null;
  content_hash: string;
  rules: string[];
  note: string;
  requested_by: Id;
  requested_at: string;
  state: ApprovalState;
  decided_by: Id | null;
  decided_at: string | null;
  decision_note: string;
  /** It speaks of the campaign as it is now; an edit since then voids it. */
  current: boolean;
}
export type Severity = "block" | "second_person" | "warn" | "insert";
export interface Rule {
  id: string;
  article: string;
  severity: Severity;
  enforced_at: string[];
  title: string;
  explanation: string;
}
export interface RuleBook {
  version: string;
  in_force_from: string;
  disclaimer: string;
  rules: Rule[];
  versions: string[];
}
export interface Check {
  moment: string;
  step: number;
  rule_set: string;
  verdicts: { rule: string; severity: Severity; article?: string; message?: string }[];
  content_hash: string | null;
  checks: number;
  first_at: string;
  last_at: string;
}

const STATUS = ["compliance", "status"];
const FREEZES_MS = 10_000;

export function useComplianceStatus() {
  return useQuery({ queryKey: STATUS, queryFn: () => api.get<ComplianceStatus>("/compliance/status"), refetchInterval: 30_000 });
}

/** Freezes, those in force first; every screen shows them, so they are asked for often. */
export function useFreezes() {
  return useQuery({
    queryKey: ["compliance", "freezes"],
    queryFn: async () => (await api.page<Freeze>("/compliance/freezes")).items,
    refetchInterval: FREEZES_MS,
  });
}

export function useRules(language: string) {
  return useQuery({ queryKey: ["compliance", "rules", language], queryFn: () => api.get<RuleBook>("/compliance/rules"), staleTime: 600_000 });
}

export function useElections() {
  return useQuery({ queryKey: ["compliance", "elections"], queryFn: async () => (await api.page<Election>("/elections")).items });
}

export function useUpcomingElections() {
  return useQuery({
    queryKey: ["compliance", "upcoming"],
    queryFn: async () => (await api.page<UpcomingElection>("/elections/upcoming")).items,
    staleTime: 600_000,
  });
}

export function useElectionSends(electionId: Id) {
  return useQuery({
    queryKey: ["compliance", "sends", electionId],
    queryFn: async () => (await api.page<ElectionSend>(`/elections/${electionId}/sends`)).items,
  });
}

/** A consent to advertising (`given`) or its withdrawal whose result the person must be told of. */
export interface DueNotice {
  id: Id;
  contact_id: Id;
  contact_name: string | null;
  purpose: string;
  channel: string;
  what: "given" | "withdrawn";
  at: string;
  tell_by: string;
}
export type Told = DueNotice["what"] | "confirmed";

export function useNotices() {
  return useQuery({ queryKey: ["compliance", "notices"], queryFn: async () => (await api.page<DueNotice>("/compliance/notices")).items });
}

const TOLD: Told[] = ["given", "withdrawn", "confirmed"];

/** Notes that people were told; answers how many. */
export function useNoteTold() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (told: { what: Told; consentId: Id }[]) => {
      let noted = 0;
      for (const what of TOLD) {
        const consent_ids = told.filter((one) => one.what === what).map((one) => one.consentId);
        if (consent_ids.length > 0) noted += (await api.post<{ noted: number }>("/compliance/notices", { what, consent_ids })).noted;
      }
      return noted;
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["compliance"] });
      await client.invalidateQueries({ queryKey: ["contacts"] });
    },
  });
}

export function useApprovals(state: ApprovalState | null) {
  return useQuery({
    queryKey: ["compliance", "approvals", state],
    queryFn: async () => (await api.page<Approval>("/compliance/approvals", { query: { state } })).items,
    refetchInterval: 15_000,
  });
}

/** A campaign as one of its recipients would get it, with the words the law asks for put in. */
export function useExactPreview(campaignId: Id, enabled: boolean) {
  return useQuery({
    queryKey: ["compliance", "preview", campaignId],
    queryFn: () => api.post<CampaignPreview>(`/campaigns/${campaignId}/preview`, {}),
    enabled,
    staleTime: 0,
  });
}

export function useChecks(campaignId: Id, live: boolean) {
  return useQuery({
    queryKey: ["compliance", "checks", campaignId],
    queryFn: async () => (await api.page<Check>(`/campaigns/${campaignId}/checks`)).items,
    refetchInterval: live ? 10_000 : false,
  });
}

/** A change of what the law is asked about: everything the centre shows is read again. */
function useComplianceChange<Input, Answer>(change: (input: Input) => Promise<Answer>, quiet = true) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    meta: { quiet },
    onSuccess: () => client.invalidateQueries({ queryKey: ["compliance"] }),
  });
}

export const useSaveCandidate = () => useComplianceChange((input: CandidateInput) => api.put<Candidate>("/candidate", input));
export const useCreateElection = () =>
  useComplianceChange((input: ElectionInput) => api.post<Election>("/elections", input, { idempotencyKey: uuid() }));
export const useAttest = () => useComplianceChange(() => api.post<void>("/compliance/attestation"), false);
export const useNoteRefusalTest = () => useComplianceChange(() => api.post<void>("/compliance/refusal-tests"), false);

export interface SendInput {
  sent_on: string;
  recipients: number | null;
  note: string;
}
export const useAddSend = (electionId: Id) =>
  useComplianceChange((input: SendInput) => api.post<ElectionSend>(`/elections/${electionId}/sends`, input, { idempotencyKey: uuid() }));
export const useRemoveSend = (electionId: Id) =>
  useComplianceChange((sendId: Id) => api.delete(`/elections/${electionId}/sends/${sendId}`), false);

export const useDecide = () =>
  useComplianceChange(({ id, decision, note }: { id: Id; decision: "approve" | "refuse"; note: string }) =>
    api.post<Approval>(`/compliance/approvals/${id}/${decision}`, { note }));

export interface FreezeInput {
  campaign_id: Id | null;
  reason: string;
  ordered_by: string;
}
export const useFreezeSending = () => {
  const client = useQueryClient();
  const freeze = useComplianceChange(async (input: FreezeInput) => {
    const made = await api.post<Freeze>("/compliance/freezes", input);
    // What was being sent is paused now.
    void client.invalidateQueries({ queryKey: ["campaigns"] });
    return made;
  });
  return freeze;
};
export const useLiftFreeze = () =>
  useComplianceChange(({ id, reason }: { id: Id; reason: string }) => api.post<Freeze>(`/compliance/freezes/${id}/lift`, { reason }));

/** The sealed record of a launched campaign: JSON lines that `./hub verify-evidence` checks. */
export const fetchEvidence = (campaignId: Id) => api.blob(`/campaigns/${campaignId}/evidence`);
