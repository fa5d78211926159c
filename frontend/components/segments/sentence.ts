import { useTranslations } from "use-intl";
import { useCampaigns, useSegments } from "@/lib/campaigns";
import { useFormat } from "@/lib/format";
import { useImportList } from "@/lib/imports";
import { isComplete, isEver, type GroupNode, type LeafNode, type SegmentNode } from "@/lib/segments";

/** How a clause ends: before "and", before "or", or before "people". */
type Form = "and" | "or" | "end";

/** The names behind the ids that conditions hold. */
export function useNames() {
  const importQuery = useImportList();
  const campaignQuery = useCampaigns(null);
  const imports = importQuery.data?.pages.flatMap((page) => page.items) ?? [];
  const campaigns = campaignQuery.data?.pages.flatMap((page) => page.items) ?? [];
  const segments = useSegments().data ?? [];
  return {
    importQuery,
    campaignQuery,
    imports,
    campaigns,
    segments,
    importName: (id: string) => imports.find((item) => item.id === id)?.file_name ?? "…",
    campaignName: (id: string) => campaigns.find((item) => item.id === id)?.name ?? "…",
  };
}

/** Says a tree of conditions as one sentence in the user's language. */
export function useSentence(): (root: GroupNode) => string {
  const t = useTranslations();
  const format = useFormat();
  const names = useNames();

  const range = (leaf: LeafNode): string => {
    if (isEver(leaf.range)) return t(leaf.negated ? "sentence.never" : "sentence.ever");
    const { from, to } = leaf.range ?? {};
    const day = (date: string) => format.date(`${date}T00:00:00+09:00`);
    if (from && to) return t("sentence.between", { from: day(from), to: day(to) });
    return from ? t("sentence.since", { from: day(from) }) : t("sentence.until", { to: day(to ?? "") });
  };

  const leafWords = (leaf: LeafNode, form: Form): string => {
    const not = leaf.negated ? "yes" : "no";
    switch (leaf.kind) {
      case "import":
        return t("sentence.import", { value: names.importName(leaf.value), outcome: leaf.outcome ? t(`outcome.${leaf.outcome}`) : "", has: leaf.outcome ? "yes" : "no", form, not });
      case "created":
      case "contacted":
        return t(`sentence.${leaf.kind}`, { value: range(leaf), form, not });
      case "reachable":
        return t("sentence.reachable", { value: t(`reach.${leaf.value as "sms"}`), form, not });
      case "delivered":
      case "clicked":
      case "replied":
        return t(`sentence.${leaf.kind}`, { value: names.campaignName(leaf.value), form, not });
      case "custom":
        return leaf.custom?.op === "exists"
          ? t("sentence.customExists", { value: leaf.value, form, not })
          : t("sentence.customEquals", { value: leaf.value, text: leaf.custom?.text.trim() ?? "", form, not });
      default:
        return t(`sentence.${leaf.kind}`, { value: leaf.value.trim(), form, not });
    }
  };

  const join = (nodes: SegmentNode[], op: "all" | "any", last: Form): string =>
    nodes
      .map((node, index) => {
        const end = index === nodes.length - 1;
        const joint = end ? "" : t(op === "all" ? "sentence.and" : "sentence.or");
        return words(node, end ? last : op === "all" ? "and" : "or") + joint;
      })
      .join("");

  const words = (node: SegmentNode, form: Form): string => {
    if (node.type === "leaf") return leafWords(node, form);
    const said = node.children.filter(isSaid);
    if (said.length === 1 && node.op !== "none") return words(said[0]!, form);
    const inner = join(said, node.op === "all" ? "all" : "any", "end");
    return t(node.op === "none" ? "sentence.none" : "sentence.group", { inner, form });
  };

  return (root) => {
    const said = root.children.filter(isSaid);
    if (said.length === 0) return t("sentence.everybody");
    const inner = root.op === "none" ? words(root, "end") : join(said, root.op, "end");
    return t("sentence.people", { inner });
  };
}

function isSaid(node: SegmentNode): boolean {
  return node.type === "leaf" ? isComplete(node) : node.children.some(isSaid);
}
