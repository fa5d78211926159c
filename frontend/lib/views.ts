import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type { QueryTarget } from "./contacts";
import type { Id } from "./types";
import { uuid } from "./utils";

/** A kept set of filters of the contact list. */
export interface ContactView {
  id: Id;
  name: string;
  query: QueryTarget;
  shared: boolean;
  /** Only the member who made it may change it. */
  own: boolean;
}
export type ViewInput = Pick<ContactView, "name" | "query" | "shared">;

export function useViews() {
  return useQuery({
    queryKey: ["contact-views"],
    queryFn: async () => (await api.page<ContactView>("/contact-views")).items,
    staleTime: 30_000,
  });
}

/** Creates a view (no id) or changes it. */
export function useSaveView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, input }: { id?: Id; input: ViewInput }) =>
      id
        ? api.put<ContactView>(`/contact-views/${id}`, input)
        : api.post<ContactView>("/contact-views", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["contact-views"] }),
  });
}

export function useDeleteView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`/contact-views/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["contact-views"] }),
  });
}
