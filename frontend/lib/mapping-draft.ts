import { useCallback, useEffect, useState } from "react";
import type { LegalBasis, MappingInput } from "./imports";
import { LEGAL_BASES } from "./imports";
import type { ImportColumn, ImportItem, OnExisting } from "./types";

export const POINT_FIELDS = ["phone", "landline", "email", "kakao_id"];
export const IGNORE = "ignore";
const MAX_NAMED = 1000;

/** What the volunteer has answered so far. Headers and wishes only, never a person's data: it may stay in the tab. */
export interface MappingDraft {
  sheet: string | null;
  mapping: Record<string, string>;
  consents: Record<string, true>;
  onExisting: OnExisting;
  tags: string[];
  source: string;
  basis: LegalBasis | "";
  generatedReason: string;
}
export type Need = "sheet" | "point" | "right" | "consent" | "source" | "basis" | "generated";

const keyOf = (id: string) => `hanpyo-import-${id}`;
const isBasis = (value: unknown): value is LegalBasis => LEGAL_BASES.includes(value as LegalBasis);

function fresh(item: ImportItem): MappingDraft {
  const { options } = item;
  return {
    sheet: item.sheet ?? null,
    mapping: {},
    consents: {},
    onExisting: options?.on_existing ?? "fill",
    tags: options?.tags ?? [],
    source: options?.source ?? "",
    basis: isBasis(options?.legal_basis) ? options.legal_basis : "",
    generatedReason: "",
  };
}

/** The kept answers; those about columns only if they were about the same sheet. */
function restore(item: ImportItem): MappingDraft {
  const start = fresh(item);
  try {
    const kept = { ...start, ...(JSON.parse(sessionStorage.getItem(keyOf(item.id)) ?? "{}") as Partial<MappingDraft>) };
    return kept.sheet === start.sheet ? kept : { ...kept, sheet: start.sheet, mapping: {}, consents: {} };
  } catch {
    return start;
  }
}

/** The answers to the mapping questions; they survive a reload and a look elsewhere, until the import starts. */
export function useMappingDraft(item: ImportItem) {
  const [draft, setDraft] = useState(() => restore(item));
  const change = useCallback((part: Partial<MappingDraft>) => setDraft((before) => ({ ...before, ...part })), []);
  useEffect(() => {
    sessionStorage.setItem(keyOf(item.id), JSON.stringify(draft));
  }, [draft, item.id]);
  return { draft, change };
}

export const fieldOf = (draft: MappingDraft, column: ImportColumn): string =>
  column.refused ? IGNORE : (draft.mapping[column.header] ?? column.field);

/** Columns that need a consent of their own: the server says which, as long as they are to be imported at all. */
export const sensitiveColumns = (draft: MappingDraft, item: ImportItem, sensitiveLabels: string[] = []): ImportColumn[] =>
  item.columns.filter((column) => {
    const field = fieldOf(draft, column);
    if (field === IGNORE) return false;
    return column.sensitive || sensitiveLabels.includes(field.replace(/^custom:/, ""));
  });

/** What is still to be answered, in the order of the page. */
export function needsOf(draft: MappingDraft, item: ImportItem, sensitive: ImportColumn[], seeSensitive: boolean): Need[] {
  const chosen = (item.sheets?.length ?? 0) < 2 || Boolean(item.sheet);
  const checks: [Need, boolean][] = [
    ["sheet", !chosen],
    ["generated", Boolean(item.generated) && !draft.generatedReason.trim()],
    ["point", chosen && !item.columns.some((column) => POINT_FIELDS.includes(fieldOf(draft, column)))],
    ["right", !seeSensitive && sensitive.length > 0],
    ["consent", seeSensitive && sensitive.some((column) => !draft.consents[column.header])],
    ["source", !draft.source.trim()],
    ["basis", !draft.basis],
  ];
  return checks.filter(([, missing]) => missing).map(([need]) => need);
}

/** Columns that are not named are left out, so a very wide table needs only the others. */
function mappingOf(draft: MappingDraft, item: ImportItem): Record<string, string> {
  const all = item.columns.map((column) => [column.header, fieldOf(draft, column)] as const);
  return Object.fromEntries(all.length > MAX_NAMED ? all.filter(([, field]) => field !== IGNORE) : all);
}

export function toMappingInput(draft: MappingDraft, item: ImportItem, sensitive: ImportColumn[]): MappingInput {
  const input: MappingInput = {
    mapping: mappingOf(draft, item),
    on_existing: draft.onExisting,
    tags: draft.tags,
    source: draft.source.trim(),
    legal_basis: draft.basis || null,
  };
  if (item.sheet) input.sheet = item.sheet;
  if (sensitive.length) input.sensitive_consent = Object.fromEntries(sensitive.map(({ header }) => [header, true as const]));
  if (item.generated) input.generated_reason = draft.generatedReason.trim();
  return input;
}
