import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type { Id, Variant, Variants } from "./types";
import { uuid } from "./utils";

export const VARIANTS: Variant[] = ["a", "b"];

/** How many try each text: half of the share, at least one where there are two people. The server draws the same. */
export function trialOf(people: number, sharePercent: number): { each: number; rest: number } {
  if (people < 2) return { each: 0, rest: people };
  const each = Math.max(1, Math.floor((people * sharePercent) / 200));
  return { each, rest: people - 2 * each };
}

/** Two texts in their trial; looked at again until one is chosen, then while the figures may still move. */
export function useVariants(id: Id, live: boolean) {
  return useQuery({
    queryKey: ["campaigns", "variants", id],
    queryFn: () => api.get<Variants>(`/campaigns/${id}/variants`),
    staleTime: 0,
    refetchInterval: ({ state }) => (live ? (state.data?.chosen ? 5000 : 2000) : false),
  });
}

export function useChooseVariant(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (variant: Variant) => api.post<Variants>(`/campaigns/${id}/variants/choose`, { variant }, { idempotencyKey: uuid() }),
    // Refused or not: somebody else may have chosen meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ["campaigns"] }),
  });
}
