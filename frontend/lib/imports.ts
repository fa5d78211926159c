import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { api, ApiError } from "./api";
import { isImportRunning } from "./states";
import type { Id, ImportItem, OnExisting, SharedEmail, SharedPhone } from "./types";
import { saveBlob, uuid } from "./utils";

const POLL_MS = 700;
const LATE_POLL_MS = 3_000;
const LATE_FIGURES_MS = 120_000;
/** What the server takes. A browser reads a refusal only after it has sent everything, so it is better not to begin. */
export const MAX_MEGABYTES = 200;

/** Similar people are looked for after the last row: their number comes a little later than the rest. */
function pollMs(item: ImportItem): number | false {
  if (isImportRunning(item.status)) return POLL_MS;
  const ended = item.status === "completed" && item.finished_at ? Date.now() - Date.parse(item.finished_at) : Infinity;
  return ended < LATE_FIGURES_MS ? LATE_POLL_MS : false;
}

/** One import, asked again every 700 ms for as long as something is going on. */
export function useImport(id: Id | null) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["imports", "one", id],
    queryFn: () => api.get<ImportItem>(`/contacts/imports/${id}`),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data ? pollMs(state.data) : false),
  });
  const status = query.data?.status;
  useEffect(() => {
    if (status !== "completed" && status !== "undone") return;
    void client.invalidateQueries({ queryKey: ["duplicates"] });
    void client.invalidateQueries({ queryKey: ["contacts"] });
    void client.invalidateQueries({ queryKey: ["tags"] });
    void client.invalidateQueries({ queryKey: ["imports", "list"] });
  }, [status, client]);
  return query;
}

export function useImportList() {
  return useInfiniteQuery({
    queryKey: ["imports", "list"],
    queryFn: ({ pageParam }) => api.page<ImportItem>("/contacts/imports", { query: { cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((item) => isImportRunning(item.status))) ? 2000 : false,
  });
}

const PACE_WINDOW_MS = 60_000;
const PACE_MEASURES = 6;

/**
 * Rows per second over the last seconds, as this page has seen them, and the seconds that are left at that pace; null
 * until two answers have come. It needs nothing kept: after a reload it is measured anew.
 */
export function usePace(item: ImportItem, at: number): { perSecond: number; secondsLeft: number | null } | null {
  const { done_rows: done, total_rows: total } = item.progress;
  const [seen, setSeen] = useState([{ at, done, status: item.status }]);
  const last = seen[seen.length - 1]!;
  // Rows come a chunk at a time: only an answer with more of them is a measure. Adjusted while rendering (not in an
  // effect), because the new measure belongs to this very answer.
  if (last.done !== done || last.status !== item.status) {
    const kept = seen.filter((one) => one.status === item.status && one.done < done && at - one.at < PACE_WINDOW_MS);
    setSeen([...kept.slice(-PACE_MEASURES), { at, done, status: item.status }]);
  }
  const first = seen[0]!;
  const seconds = (last.at - first.at) / 1000;
  const perSecond = seconds > 0 ? (last.done - first.done) / seconds : 0;
  if (perSecond <= 0) return null;
  return { perSecond, secondsLeft: total ? Math.max(0, total - last.done) / perSecond : null };
}

export interface UploadState {
  phase: "idle" | "uploading" | "refused";
  fileName: string;
  sent: number;
  total: number;
  error: ApiError | null;
}
const IDLE: UploadState = { phase: "idle", fileName: "", sent: 0, total: 0, error: null };

/** What a mended file has in common with the list whose rejected rows it brings back, and which one that is. */
export function originOf(item: ImportItem | undefined): Pick<MappingInput, "source" | "legal_basis" | "tags"> & { mends?: Id } {
  const { source, legal_basis, tags } = item?.options ?? {};
  return { ...(item ? { mends: item.id } : {}), ...(source ? { source } : {}), ...(legal_basis ? { legal_basis } : {}), ...(tags?.length ? { tags } : {}) };
}

/** Sends the file as it is; it stops at the column check. `onAccepted` gets the new import's id. */
export function useUpload(onAccepted: (id: Id) => void, origin: ReturnType<typeof originOf> = {}) {
  const t = useTranslations("imports");
  const [state, setState] = useState<UploadState>(IDLE);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const busy = state.phase === "uploading";
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [busy]);

  const start = async (file: File) => {
    if (file.size > MAX_MEGABYTES * 1024 * 1024) {
      const error = new ApiError(413, "PAYLOAD_TOO_LARGE", t("tooLarge", { megabytes: MAX_MEGABYTES }));
      return setState({ ...IDLE, phase: "refused", fileName: file.name, error });
    }
    controller.current = new AbortController();
    setState({ ...IDLE, phase: "uploading", fileName: file.name, total: file.size });
    const form = new FormData();
    // Options before the file: the server reads the body as a stream and knows what is asked when the file begins.
    form.append("options", JSON.stringify({ ...origin, confirm_mapping: true }));
    form.append("file", file);
    try {
      const created = await api.upload<{ id: Id }>("/contacts/imports", {
        form,
        idempotencyKey: uuid(),
        signal: controller.current.signal,
        onProgress: (sent, total) => setState((before) => ({ ...before, sent, total })),
      });
      onAccepted(created.id);
    } catch (error) {
      if (!(error instanceof ApiError)) return setState(IDLE);
      setState((before) => ({ ...before, phase: "refused", error }));
    }
  };
  return { state, start, abort: () => controller.current?.abort(), reset: () => setState(IDLE) };
}

export const LEGAL_BASES = [
  "consent", "legal_obligation", "public_task", "contract", "legitimate_interest", "public_disclosure",
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

export interface MappingInput {
  mapping: Record<string, string>;
  sheet?: string;
  on_existing?: OnExisting;
  tags?: string[];
  source?: string | null;
  legal_basis?: string | null;
  sensitive_consent?: Record<string, true>;
  generated_reason?: string;
}

/** Also chooses another sheet, which is then looked at again. A refusal is shown where the answer was given. */
export function useConfirmMapping(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: MappingInput) => api.post(`/contacts/imports/${id}/mapping`, input),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["imports", "one", id] }),
  });
}

export type RowOutcome = "created" | "updated" | "merged" | "unchanged" | "duplicate" | "repaired" | "shared" | "kept";
export interface ImportRow {
  row_number: number;
  contact_id: Id;
  name: string | null;
  phone: string | null;
  outcome: Exclude<RowOutcome, "repaired" | "shared" | "kept">;
  repaired: boolean;
  details: { field: string; before: unknown; after: unknown }[];
  /** Cells as they were written, and how they were read. */
  repairs?: { field: string; before: unknown; after: unknown }[];
  shared_phones?: SharedPhone[];
  shared_emails?: SharedEmail[];
}
export interface RejectedRow {
  row_number: number;
  reason: string;
  message: string;
  /** In the order of the import's columns. */
  cells: string[];
}

/** The rows of a finished import that came out one way. */
export function useImportRows(id: Id, outcome: RowOutcome | "rejected") {
  return useInfiniteQuery({
    queryKey: ["imports", "rows", id, outcome],
    queryFn: ({ pageParam, signal }) =>
      outcome === "rejected"
        ? api.page<ImportRow | RejectedRow>(`/contacts/imports/${id}/rejected-rows`, { query: { cursor: pageParam }, signal })
        : api.page<ImportRow | RejectedRow>(`/contacts/imports/${id}/rows`, { query: { outcome, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchOnWindowFocus: false,
  });
}

export interface UndoPreview {
  restore: number;
  remove: number;
  keep: number;
}

export function useUndoPreview(id: Id, enabled: boolean) {
  return useQuery({
    queryKey: ["imports", "undo-preview", id],
    queryFn: () => api.get<UndoPreview>(`/contacts/imports/${id}/undo-preview`),
    enabled,
    staleTime: 0,
  });
}

export function useUndoImport(id: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post(`/contacts/imports/${id}/undo`),
    meta: { quiet: true },
    // Not the preview: an undo that has begun has none, and asking would show a refusal for a moment.
    onSuccess: () =>
      Promise.all([["one", id], ["list"]].map((key) => client.invalidateQueries({ queryKey: ["imports", ...key] }))),
  });
}

export interface CustomField {
  id: Id;
  label: string;
  sensitive: boolean;
  count?: number;
}

export function useCustomFields() {
  return useQuery({
    queryKey: ["custom-fields"],
    queryFn: async () => (await api.page<CustomField>("/custom-fields")).items,
    staleTime: 30_000,
  });
}

export function useCreateCustomField() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { label: string; sensitive: boolean }) => api.post<CustomField>("/custom-fields", input),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["custom-fields"] }),
  });
}

export function useDownloadRejects() {
  return useMutation({
    mutationFn: async (item: ImportItem) => {
      const blob = await api.blob(`/contacts/imports/${item.id}/rejects`);
      saveBlob(blob, `${item.file_name.replace(/\.[^.]+$/, "")}-rejects.csv`);
    },
  });
}

export function importError(item: ImportItem): string | null {
  return typeof item.error === "string" ? item.error : (item.error?.message ?? null);
}

/** Rows that are not counted elsewhere are unchanged; older answers do not name them. */
export function unchangedRows({ counts }: ImportItem): number {
  const named = counts.created + counts.updated + counts.merged + counts.duplicate_rows + counts.rejected;
  return counts.unchanged ?? Math.max(0, counts.rows - named);
}
