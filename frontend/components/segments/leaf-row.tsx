"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import type { LeafNode } from "@/lib/segments";
import { cn } from "@/lib/utils";
import { LeafEditor } from "./leaf-editors";
import { LEAF_ICON } from "./leaf-icons";

interface LeafRowProps {
  leaf: LeafNode;
  onChange: (leaf: LeafNode) => void;
  onRemove: () => void;
}

/** One condition: what it looks at, its value, and whether it must hold or must not. */
export function LeafRow({ leaf, onChange, onRemove }: LeafRowProps) {
  const t = useTranslations("segments");
  const Icon = LEAF_ICON[leaf.kind];
  return (
    <div
      className={cn("flex flex-wrap items-center gap-2 rounded-lg border border-line bg-raised p-2 pl-3 shadow-1", leaf.negated && "border-dashed border-bad/50")}
      data-testid={`leaf-${leaf.kind}`}
    >
      <span className="flex items-center gap-2 text-[0.9rem] font-medium whitespace-nowrap sm:w-32">
        <Icon className="size-4 shrink-0 text-ink-3" aria-hidden />
        <span className="truncate">{t(`kind.${leaf.kind}`)}</span>
      </span>
      <span className="order-last flex w-full min-w-0 flex-wrap items-center gap-2 sm:order-none sm:w-auto sm:flex-1">
        <LeafEditor leaf={leaf} onChange={onChange} />
      </span>
      <span className="ml-auto flex items-center">
        <button
          type="button"
          role="switch"
          aria-checked={leaf.negated}
          onClick={() => onChange({ ...leaf, negated: !leaf.negated })}
          className={cn("h-8 rounded-md px-2.5 text-[0.85rem] font-medium", leaf.negated ? "bg-bad-soft text-bad-ink" : "text-ink-3 hover:bg-hover")}
          data-testid="leaf-negate"
        >
          {t("negate")}
        </button>
        <Button variant="ghost" size="icon-sm" aria-label={t("removeCondition", { kind: t(`kind.${leaf.kind}`) })} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </span>
    </div>
  );
}
