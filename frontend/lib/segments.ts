import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api";
import type { DateRange, Filter, Id, ImportOutcome, Reach, Segment, SegmentPreview } from "./types";
import { uuid } from "./utils";

export type GroupOp = "all" | "any" | "none";
export type LeafKind =
  | "tag" | "district" | "import" | "created" | "contacted" | "reachable" | "delivered" | "clicked" | "replied" | "custom" | "q";
export const LEAF_KINDS: LeafKind[] = [
  "tag", "district", "reachable", "import", "created", "contacted", "delivered", "clicked", "replied", "custom", "q",
];
/** The editable form of one condition; `id` only tells nodes apart on the screen. */
export interface LeafNode {
  id: string;
  type: "leaf";
  kind: LeafKind;
  negated: boolean;
  /** Tag, district, import, campaign, label of a field, or the searched text. */
  value: string;
  outcome?: ImportOutcome | null;
  range?: DateRange;
  custom?: { op: "equals" | "exists"; text: string };
}
export interface GroupNode {
  id: string;
  type: "group";
  op: GroupOp;
  children: SegmentNode[];
}
export type SegmentNode = LeafNode | GroupNode;

/** Before any camp wrote to anybody: from here on is "at any time", and its negation "never". */
export const EVER = "2000-01-01";
export const isEver = (range: DateRange | undefined): boolean => range?.from === EVER && !range.to;

/** The filter that everybody meets. */
export const EVERYBODY: Filter = { all: [] };

export const newGroup = (op: GroupOp = "all", children: SegmentNode[] = []): GroupNode => ({ id: uuid(), type: "group", op, children });

export const newLeaf = (kind: LeafKind, value = ""): LeafNode => ({
  id: uuid(),
  type: "leaf",
  kind,
  negated: false,
  value: kind === "reachable" && !value ? "sms" : value,
  ...(kind === "created" || kind === "contacted" ? { range: {} } : {}),
  ...(kind === "custom" ? { custom: { op: "equals" as const, text: "" } } : {}),
});

/** Whether a condition says enough to be asked. */
export function isComplete(leaf: LeafNode): boolean {
  if (leaf.kind === "created" || leaf.kind === "contacted") return Boolean(leaf.range?.from || leaf.range?.to);
  if (leaf.kind === "custom") return Boolean(leaf.value && (leaf.custom?.op === "exists" || leaf.custom?.text.trim()));
  return Boolean(leaf.value.trim());
}

function leafFilter(leaf: LeafNode): Filter {
  const value = leaf.value.trim();
  switch (leaf.kind) {
    case "created":
      return { created: cleanRange(leaf.range) };
    case "contacted":
      return { contacted: cleanRange(leaf.range) };
    case "import":
      return { import: leaf.outcome ? { id: value, outcome: leaf.outcome } : value };
    case "reachable":
      return { reachable: value as Reach };
    case "custom":
      return {
        custom: leaf.custom?.op === "exists" ? { label: value, exists: true } : { label: value, equals: leaf.custom?.text.trim() ?? "" },
      };
    default:
      return { [leaf.kind]: value } as Filter;
  }
}

const cleanRange = (range: DateRange = {}): DateRange =>
  Object.fromEntries(Object.entries(range).filter(([, day]) => day)) as DateRange;

/** The filter of a tree; conditions that are not filled in yet, and groups without any, are left out. */
export function toFilter(node: SegmentNode): Filter | null {
  if (node.type === "leaf") {
    if (!isComplete(node)) return null;
    return node.negated ? { not: leafFilter(node) } : leafFilter(node);
  }
  const parts = node.children.map(toFilter).filter((part) => part !== null);
  if (parts.length === 0) return null;
  if (node.op === "none") return { not: { any: parts } };
  return node.op === "all" ? { all: parts } : { any: parts };
}

/** The tree of a stored filter; its root is always a group. */
export function fromFilter(filter: Filter): GroupNode {
  const node = readNode(filter);
  return node.type === "group" ? node : newGroup("all", [node]);
}

function readNode(filter: Filter): SegmentNode {
  if ("all" in filter) return newGroup("all", filter.all.map(readNode));
  if ("any" in filter) return newGroup("any", filter.any.map(readNode));
  if ("not" in filter) return readNot(filter.not);
  return readLeaf(filter);
}

function readNot(inner: Filter): SegmentNode {
  if ("any" in inner) return newGroup("none", inner.any.map(readNode));
  const node = readNode(inner);
  return node.type === "leaf" ? { ...node, negated: !node.negated } : newGroup("none", [node]);
}

function readLeaf(filter: Filter): LeafNode {
  if ("created" in filter) return { ...newLeaf("created"), range: filter.created };
  if ("contacted" in filter) return { ...newLeaf("contacted"), range: filter.contacted };
  if ("import" in filter) {
    if (typeof filter.import === "string") return newLeaf("import", filter.import);
    return { ...newLeaf("import", filter.import.id), outcome: filter.import.outcome };
  }
  if ("custom" in filter) return readCustom(filter.custom);
  const [[kind, value]] = Object.entries(filter) as [[LeafKind, string]];
  return newLeaf(kind, value);
}

function readCustom(custom: Extract<Filter, { custom: unknown }>["custom"]): LeafNode {
  const leaf = newLeaf("custom", custom.label);
  if ("equals" in custom) return { ...leaf, custom: { op: "equals", text: custom.equals } };
  return { ...leaf, negated: !custom.exists, custom: { op: "exists", text: "" } };
}

/** The tree with one node changed (or, for null, taken out). */
export function replaceNode(group: GroupNode, id: string, change: (node: SegmentNode) => SegmentNode | null): GroupNode {
  const children = group.children.flatMap((child): SegmentNode[] => {
    if (child.id === id) {
      const changed = change(child);
      return changed ? [changed] : [];
    }
    return [child.type === "group" ? replaceNode(child, id, change) : child];
  });
  return { ...group, children };
}

export function usePreviewSegment(filter: Filter | null) {
  return useQuery({
    queryKey: ["contacts", "preview", filter],
    queryFn: ({ signal }) => api.post<SegmentPreview>("/segments/preview", { filter }, { signal }),
    enabled: filter !== null,
    placeholderData: keepPreviousData,
  });
}

export function useSegment(id: Id | null) {
  return useQuery({ queryKey: ["segments", id], queryFn: () => api.get<Segment>(`/segments/${id}`), enabled: id !== null });
}

/** Creates a segment (no id) or changes it. */
export function usePutSegment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...input }: { id?: Id; name: string; filter: Filter }) =>
      id ? api.put<Segment>(`/segments/${id}`, input) : api.post<Segment>("/segments", input, { idempotencyKey: uuid() }),
    meta: { quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: ["segments"] }),
  });
}

export function useDeleteSegment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`/segments/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["segments"] }),
  });
}
