import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { api } from "./api";
import type { QueryTarget } from "./contacts";
import type { Id } from "./types";
import { uuid } from "./utils";

/** Whom a bulk action or an export is about: chosen contacts, or all that match. */
export type Target = { ids: Id[] } | QueryTarget;

export type BulkAction = "tag" | "untag" | "delete";
export type BulkStatus = "queued" | "running" | "completed" | "undoing" | "undone" | "failed";
export interface BulkJob {
  id: Id;
  action: BulkAction;
  status: BulkStatus;
  total: number;
  done: number;
  changed: number;
  skipped: number;
  can_undo: boolean;
  created_at: string;
  finished_at: string | null;
  tags: string[];
  /** Why it failed, in the reader's language. */
  error_message: string | null;
  /** After undoing: contacts that are as before, and those on which something later stays. */
  undo: { restored: number; kept: number } | null;
}
export const isBulkRunning = (status: BulkStatus): boolean => ["queued", "running", "undoing"].includes(status);

export type ExportFormat = "csv" | "xlsx";
export interface ExportJob {
  id: Id;
  status: "queued" | "running" | "completed" | "failed" | "expired";
  rows: number | null;
  total: number;
  done: number;
  /** Why it failed, in the reader's language. */
  error_message: string | null;
  format: ExportFormat;
  reason: string;
  created_at: string;
  expires_at: string | null;
  download_url: string | null;
}
export const isExportRunning = (status: ExportJob["status"]): boolean => status === "queued" || status === "running";

const POLL_MS = 800;

/** Which jobs this tab shows in its panel: they outlive the page that started them, and a reload. */
export interface Watched {
  kind: "bulk" | "export";
  id: Id;
}
const KEY = "hanpyo-jobs";
const NOTHING: Watched[] = [];
const listeners = new Set<() => void>();
let watched: Watched[] | null = null;

function readWatched(): Watched[] {
  watched ??= JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as Watched[];
  return watched;
}
function setWatched(next: Watched[]): void {
  watched = next;
  sessionStorage.setItem(KEY, JSON.stringify(next));
  listeners.forEach((notify) => notify());
}
export const watchJob = (job: Watched): void => setWatched([...readWatched(), job]);
export const dismissJob = (id: Id): void => setWatched(readWatched().filter((job) => job.id !== id));
export const dismissAllJobs = (): void => setWatched([]);

export function useWatchedJobs(): Watched[] {
  return useSyncExternalStore(
    (notify) => {
      listeners.add(notify);
      return () => listeners.delete(notify);
    },
    readWatched,
    () => NOTHING,
  );
}

export function useBulkJob(id: Id) {
  return useQuery({
    queryKey: ["bulk", "one", id],
    queryFn: () => api.get<BulkJob>(`/contacts/bulk/${id}`),
    refetchInterval: ({ state }) => (state.data && !isBulkRunning(state.data.status) ? false : POLL_MS),
  });
}

export function useBulkJobs() {
  return useQuery({
    queryKey: ["bulk", "list"],
    queryFn: async () => (await api.page<BulkJob>("/contacts/bulk", { query: { limit: 50 } })).items,
    refetchInterval: ({ state }) => (state.data?.some((job) => isBulkRunning(job.status)) ? POLL_MS : false),
  });
}

/** How many a target is exactly, asked while `enabled`: lists stop counting early, an order must not. */
export function useExactCount(target: Target, enabled: boolean) {
  return useQuery({
    queryKey: ["bulk", "count", target],
    queryFn: async ({ signal }) => (await api.post<{ count: number }>("/contacts/bulk/count", { target }, { signal })).count,
    enabled,
    staleTime: 10_000,
  });
}

export interface BulkOrder {
  action: BulkAction;
  target: Target;
  tags?: string[];
}

export function useStartBulk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: BulkOrder) => api.post<{ id: Id }>("/contacts/bulk", order, { idempotencyKey: uuid() }),
    onSuccess: ({ id }) => {
      watchJob({ kind: "bulk", id });
      return client.invalidateQueries({ queryKey: ["bulk", "list"] });
    },
  });
}

export function useUndoBulk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.post(`/contacts/bulk/${id}/undo`),
    onSuccess: (_answer, id) => {
      if (!readWatched().some((job) => job.id === id)) watchJob({ kind: "bulk", id });
      return client.invalidateQueries({ queryKey: ["bulk"] });
    },
  });
}

export function useExportJob(id: Id) {
  return useQuery({
    queryKey: ["exports", "one", id],
    queryFn: () => api.get<ExportJob>(`/contacts/exports/${id}`),
    refetchInterval: ({ state }) => (state.data && !isExportRunning(state.data.status) ? false : POLL_MS),
  });
}

export function useExports(enabled: boolean) {
  return useQuery({
    queryKey: ["exports", "list"],
    queryFn: async () => (await api.page<ExportJob>("/contacts/exports", { query: { limit: 50 } })).items,
    refetchInterval: ({ state }) => (state.data?.some((job) => isExportRunning(job.status)) ? POLL_MS : false),
    enabled,
  });
}

export interface ExportOrder {
  target: Target;
  format: ExportFormat;
  columns: string[];
  reason: string;
}

export function useStartExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: ExportOrder) => api.post<{ id: Id }>("/contacts/exports", order, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: ({ id }) => {
      watchJob({ kind: "export", id });
      return client.invalidateQueries({ queryKey: ["exports"] });
    },
  });
}
