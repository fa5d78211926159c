import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import { useForgetContacts } from "./contacts";
import type { Id, OptOut } from "./types";
import { uuid } from "./utils";

export type OptOutChannel = NonNullable<OptOut["channel"]>;
export type OptOutSource = NonNullable<OptOut["source"]>;
export const OPT_OUT_CHANNELS: OptOutChannel[] = ["all", "sms", "kakao", "email"];
export const OPT_OUT_SOURCES: OptOutSource[] = ["hand", "file", "keyword", "link", "carrier"];

export interface OptOutQuery {
  q: string;
  channel: OptOutChannel | null;
  source: OptOutSource | null;
}

export function useOptOuts({ q, channel, source }: OptOutQuery) {
  return useInfiniteQuery({
    queryKey: ["/opt-outs", { q, channel, source }],
    queryFn: ({ pageParam, signal }) => api.page<OptOut>("/opt-outs", { query: { q, channel, source, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    // People opt out while somebody is looking.
    refetchInterval: 5_000,
  });
}

function useForgetOptOuts() {
  const client = useQueryClient();
  const forgetContacts = useForgetContacts();
  return () => Promise.all([client.invalidateQueries({ queryKey: ["/opt-outs"] }), forgetContacts()]);
}

export interface OptOutInput {
  /** Every number and address of a contact. */
  contact_id?: Id;
  phone?: string;
  email?: string;
  kakao_id?: string;
  channel: OptOutChannel;
  reason?: string;
}

export function useAddOptOut() {
  const forget = useForgetOptOuts();
  return useMutation({
    mutationFn: (input: OptOutInput) => api.post<OptOut>("/opt-outs", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: forget,
  });
}

/** Takes an opt-out back; the reason is kept in the audit log. */
export function useLiftOptOut() {
  const forget = useForgetOptOuts();
  return useMutation({
    mutationFn: ({ id, reason }: { id: Id; reason: string }) => api.delete(`/opt-outs/${id}`, { body: { reason } }),
    meta: { quiet: true },
    onSuccess: forget,
  });
}

export interface OptOutFileResult {
  added: number;
  known: number;
  /** The first thousand; `rejected_total` counts all. */
  rejected: { row: number; reason: string; message: string }[];
  rejected_total: number;
}

export function useOptOutFile() {
  const forget = useForgetOptOuts();
  return useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append("file", file);
      return api.upload<OptOutFileResult>("/opt-outs/import", { form, idempotencyKey: uuid(), onProgress: () => {} });
    },
    meta: { quiet: true },
    onSuccess: forget,
  });
}
