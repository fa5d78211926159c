"use client";

import { useTranslations } from "use-intl";
import type { PairKind } from "@/lib/duplicates";
import { useFormat } from "@/lib/format";
import { cn } from "@/lib/utils";

const KINDS: (PairKind | null)[] = [null, "similar", "shared_phone", "shared_email"];

interface KindTabsProps {
  kind: PairKind | null;
  counts: Record<PairKind, number> | undefined;
  onKind: (kind: PairKind | null) => void;
}

export function KindTabs({ kind, counts, onKind }: KindTabsProps) {
  const t = useTranslations("duplicates");
  const format = useFormat();
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <nav aria-label={t("kinds")} className="no-scrollbar -mx-4 mb-4 flex gap-1.5 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
      {KINDS.map((one) => (
        <button
          key={one ?? "all"}
          type="button"
          aria-current={one === kind ? "true" : undefined}
          onClick={() => onKind(one)}
          data-testid={`duplicates-kind-${one ?? "all"}`}
          className={cn(
            "flex h-10 shrink-0 items-center gap-2 rounded-full px-4 text-[0.9rem] font-medium ring-1 ring-inset",
            one === kind ? "bg-seal text-seal-ink ring-transparent" : "bg-surface text-ink-2 ring-line hover:bg-hover",
          )}
        >
          {t(`kind_${one ?? "all"}`)}
          {counts ? <span className={one === kind ? "opacity-80" : "text-ink-3"}>{format.number(one ? counts[one] : total)}</span> : null}
        </button>
      ))}
    </nav>
  );
}
