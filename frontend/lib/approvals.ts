import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type { Approval, CampaignInput, Campaign, Declarations, Id } from "./types";
import { useSaveDraft } from "./campaigns";

/** What staff say about a campaign, and the word of a second person that some rules ask for. */
export const NOTHING_DECLARED: Declarations = {
  ai_media: false,
  poll_reference: null,
  own_poll: false,
  advertising: false,
  election_day: false,
  survey: null,
};

export function useDeclarations(id: Id | null) {
  return useQuery({
    queryKey: ["campaigns", "declarations", id],
    queryFn: () => api.get<Declarations>(`/campaigns/${id}/declarations`),
    enabled: id !== null,
    staleTime: Infinity,
  });
}

/** Saves a draft with what was declared of it, if anything was: both together are what the rules judge. */
export function useSaveAll() {
  const client = useQueryClient();
  const save = useSaveDraft();
  return useMutation({
    mutationFn: async ({ id, input, declared }: { id: Id | null; input: CampaignInput; declared: Declarations | null }): Promise<Campaign> => {
      const campaign = await save.mutateAsync({ id, input });
      if (declared === null) return campaign;
      const told = await api.put<Declarations>(`/campaigns/${campaign.id}/declarations`, declared);
      client.setQueryData(["campaigns", "declarations", campaign.id], told);
      return campaign;
    },
    meta: { quiet: true },
    // An edit voids an approval; whether it did, the server tells.
    onSuccess: (campaign) => client.invalidateQueries({ queryKey: ["campaigns", "approvals", campaign.id] }),
  });
}

const WAITING_MS = 5000;

/** Requests of a campaign, the latest first; looked at again while somebody is being waited for. */
export function useApprovals(id: Id | null, wanted: boolean) {
  return useQuery({
    queryKey: ["campaigns", "approvals", id],
    queryFn: async () => (await api.page<Approval>(`/campaigns/${id}/approvals`)).items,
    enabled: wanted && id !== null,
    refetchInterval: ({ state }) => (state.data?.[0]?.state === "requested" ? WAITING_MS : false),
  });
}

export function useRequestApproval() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }: { id: Id; note: string }) => api.post<Approval>(`/campaigns/${id}/approvals`, { note }),
    meta: { quiet: true },
    onSuccess: (approval) => client.invalidateQueries({ queryKey: ["campaigns", "approvals", approval.campaign_id] }),
  });
}

export function useDecideApproval() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, word, note }: { id: Id; word: "approve" | "refuse"; note: string }) =>
      api.post<Approval>(`/compliance/approvals/${id}/${word}`, { note }),
    meta: { quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: ["campaigns"] }),
  });
}
