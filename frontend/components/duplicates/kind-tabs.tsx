"use client";

import { useTranslations } from "use-intl";
import { KindPills } from "@/components/ui/toggle";
import type { PairKind } from "@/lib/duplicates";

const KINDS = ["all", "similar", "shared_phone", "shared_email"] as const;

interface KindTabsProps {
  kind: PairKind | null;
  counts: Record<PairKind, number> | undefined;
  onKind: (kind: PairKind | null) => void;
}

export function KindTabs({ kind, counts, onKind }: KindTabsProps) {
  const t = useTranslations("duplicates");
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <KindPills
      label={t("kinds")}
      kinds={KINDS.map((one) => ({ kind: one, label: t(`kind_${one}`), count: counts && (one === "all" ? total : counts[one]) }))}
      shown={kind ?? "all"}
      onShow={(one) => onKind(one === "all" ? null : one)}
      testId="duplicates-kind"
    />
  );
}
