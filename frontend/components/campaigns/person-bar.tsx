"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useFormat } from "@/lib/format";

interface PersonBarProps {
  /** From 1, in the order in which people of the audience are counted. */
  row: number;
  total: number;
  onRow: (row: number) => void;
}

/** Steps through the people who will receive it, or goes straight to any of them. */
export function PersonBar({ row, total, onRow }: PersonBarProps) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  if (total < 2) return null;
  const go = (wanted: number) => {
    setTyped(null);
    if (Number.isInteger(wanted)) onRow(Math.min(total, Math.max(1, wanted)));
  };
  return (
    <span role="group" aria-label={t("anyPerson")} className="inline-flex items-center gap-1 text-[0.87rem] text-ink-3">
      <Button variant="ghost" size="icon-sm" disabled={row <= 1} onClick={() => go(row - 1)} aria-label={t("previousPerson")} title={t("previousPerson")} data-testid="preview-previous">
        <ChevronLeft aria-hidden />
      </Button>
      <Input
        value={typed ?? String(row)}
        inputMode="numeric"
        aria-label={t("anyPerson")}
        onChange={(event) => setTyped(event.target.value.replace(/\D/g, "").slice(0, 7))}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(Number(typed ?? row));
        }}
        onBlur={() => typed !== null && go(Number(typed || row))}
        className="h-8 w-16 px-2 text-center text-[0.87rem]"
        data-testid="preview-row"
      />
      <span className="whitespace-nowrap" data-testid="preview-total">{t("ofPeople", { total: format.number(total) })}</span>
      <Button variant="ghost" size="icon-sm" disabled={row >= total} onClick={() => go(row + 1)} aria-label={t("nextPerson")} title={t("nextPerson")} data-testid="preview-next">
        <ChevronRight aria-hidden />
      </Button>
    </span>
  );
}
