import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { api, isRefusal, setTokens } from "./api";
import { dismissAllJobs } from "./bulk";
import type { Decider, Me, Tokens } from "./types";

const ASK_AGAIN_MS = 5_000;

export function useMe() {
  return useQuery({
    queryKey: ["me"],
    queryFn: () => api.get<Me>("/members/me"),
    staleTime: 60_000,
    // The frame of every screen asks for it and has no place for a button to try again.
    refetchInterval: ({ state }) => (state.status === "error" && !isRefusal(state.error) ? ASK_AGAIN_MS : false),
  });
}

/** What a member may do here; the server decides again. */
export function useCan(): { manage: boolean; own: boolean; seeSensitive: boolean } {
  const me = useMe().data;
  return {
    manage: me?.role === "owner" || me?.role === "admin",
    own: me?.role === "owner",
    seeSensitive: Boolean(me?.sees_sensitive),
  };
}

/** The owners and admins by name: whom to ask for what one may not do oneself. */
export function useDeciders(wanted: boolean) {
  return useQuery({
    queryKey: ["deciders"],
    queryFn: async () => (await api.page<Decider>("/members/deciders")).items,
    staleTime: 300_000,
    enabled: wanted,
  });
}

/** Only paths of this site: a link must not send a user elsewhere after login. */
export function safeNext(next: string | null): string {
  return next && next.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

/** Opens a session by one of the anonymous calls and goes on to where the user wanted to be. */
export function useOpenSession(path: "/auth/login" | "/auth/register" | "/auth/accept-invitation", next: string) {
  const router = useRouter();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, string>) => api.post<Tokens | undefined>(path, body, { anonymous: true }),
    meta: { quiet: true },
    onSuccess: (tokens) => {
      client.clear();
      if (!tokens?.access_token) return router.replace("/login");
      setTokens(tokens);
      router.replace(next);
    },
  });
}

export function useLogout() {
  const router = useRouter();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<void>("/auth/logout"),
    onSettled: () => {
      setTokens(null);
      dismissAllJobs();
      client.clear();
      router.replace("/login");
    },
  });
}
