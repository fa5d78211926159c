import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "./api";
import type { AccountCheck, Carrier, CarrierAccount, Id, Member, Overview, Quota, Role, Sender, Template, TemplateVersion } from "./types";
import { uuid } from "./utils";

/** Senders, templates and the like are few: one long page holds them all. */
function useAll<T>(path: string, enabled = true) {
  return useQuery({
    queryKey: [path],
    queryFn: async () => (await api.page<T>(path, { query: { limit: 100 } })).items,
    enabled,
  });
}

export const useSenders = () => useAll<Sender>("/senders");
export const useTemplates = () => useAll<Template>("/templates");
export const useCarrierAccounts = () => useAll<CarrierAccount>("/carrier-accounts");
/** What an account can be registered at; only those who may register one can ask. */
export const useCarriers = (enabled = true) => useAll<Carrier>("/carriers", enabled);
export const useMembers = (enabled: boolean) => useAll<Member>("/members", enabled);

/** Why a number is opted out: what staff wrote stays as it is, the hub's own reasons have words. */
export function useOptOutReason(): (reason: string) => string {
  const t = useTranslations("optOuts");
  const words: Record<string, string> = {
    reply: t("byReply"), carrier: t("byCarrier"), import: t("byImport"), manual: t("sources.hand"),
    hand: t("sources.hand"), file: t("sources.file"), keyword: t("sources.keyword"), link: t("sources.link"),
  };
  return (reason) => words[reason] ?? reason;
}

export type Collection = "/senders" | "/templates" | "/carrier-accounts";

/** Creates an item (no id) or replaces it, and reads the list again. */
export function useSaveItem<Input>(path: Collection) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, input }: { id?: Id; input: Input }) =>
      id ? api.put(`${path}/${id}`, input) : api.post(path, input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => {
      if (path === "/carrier-accounts") void client.invalidateQueries({ queryKey: ["me"] });
      return client.invalidateQueries({ queryKey: [path] });
    },
  });
}

export function useDeleteItem(path: Collection) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`${path}/${id}`),
    onSuccess: () => {
      if (path === "/carrier-accounts") void client.invalidateQueries({ queryKey: ["me"] });
      return client.invalidateQueries({ queryKey: [path] });
    },
  });
}

/** Asks a carrier whether it knows an account; nothing is sent. */
export function useCheckAccount(id: Id) {
  return useMutation({ mutationFn: () => api.post<AccountCheck>(`/carrier-accounts/${id}/test`), meta: { quiet: true } });
}

/** What a template was before each edit, newest first. */
export function useTemplateVersions(id: Id) {
  return useQuery({
    queryKey: ["/templates", id, "versions"],
    queryFn: async () => (await api.page<TemplateVersion>(`/templates/${id}/versions`)).items,
  });
}

/** Hands the newest version to Kakao's reviewers, under a Kakao channel. */
export function useHandIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, senderId }: { id: Id; senderId: Id }) =>
      api.post<Template>(`/templates/${id}/inspection`, { sender_id: senderId }, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["/templates"] }),
  });
}

export interface Invitation {
  email: string;
  name: string;
  role: Role;
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Invitation) =>
      api.post<{ id: Id; invitation_url: string }>("/members/invitations", body, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["/members"] }),
  });
}

export function useChangeMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...change }: { id: Id; role?: Role; status?: Member["status"]; sees_sensitive?: boolean }) => api.put(`/members/${id}`, change),
    onSuccess: () => client.invalidateQueries({ queryKey: ["/members"] }),
  });
}

export function useQuota() {
  return useQuery({ queryKey: ["/quota"], queryFn: () => api.get<Quota>("/quota") });
}

export function useSetQuota() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (limit: number) => api.put<Quota>("/quota", { limit }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["/quota"] }),
  });
}

export function useOverview(from: string, to: string) {
  return useQuery({
    queryKey: ["overview", from, to],
    queryFn: () => api.get<Overview>("/analytics/overview", { query: { from, to } }),
    refetchInterval: 10_000,
  });
}
