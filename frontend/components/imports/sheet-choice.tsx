"use client";

import { EyeOff, LoaderCircle, Table2 } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { useFormat } from "@/lib/format";
import type { ImportItem, ImportSheet } from "@/lib/types";

interface SheetChoiceProps {
  item: ImportItem;
  /** The sheet that is being asked for. */
  pending: string | undefined;
  onChoose: (sheet: string) => void;
}

/** One of a workbook's sheets; another one is looked at again from the beginning. */
export function SheetChoice({ item, pending, onChoose }: SheetChoiceProps) {
  const t = useTranslations("imports");
  return (
    <RadioGroup.Root
      value={pending ?? item.sheet ?? ""}
      onValueChange={(sheet) => sheet !== item.sheet && onChoose(sheet)}
      aria-label={t("sheetTitle")}
      className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3"
      data-testid="sheet-choice"
    >
      {item.sheets?.map((sheet) => <Sheet key={sheet.name} sheet={sheet} busy={sheet.name === pending} locked={pending !== undefined} />)}
    </RadioGroup.Root>
  );
}

function Sheet({ sheet, busy, locked }: { sheet: ImportSheet; busy: boolean; locked: boolean }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const Icon = busy ? LoaderCircle : Table2;
  return (
    <RadioGroup.Item
      value={sheet.name}
      disabled={locked || sheet.rows === 0}
      data-testid={`sheet-${sheet.name}`}
      className="flex min-h-14 items-center gap-3 rounded-lg border border-line bg-surface px-3.5 py-2.5 text-left transition-colors hover:border-line-strong disabled:opacity-55 data-[state=checked]:border-seal data-[state=checked]:bg-seal-soft/55"
    >
      <Icon className={busy ? "size-5 shrink-0 animate-spin text-seal" : "size-5 shrink-0 text-seal"} aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{sheet.name}</span>
        <span className="block text-[0.84rem] text-ink-3">
          {sheet.rows === 0 ? t("sheetEmpty") : sheet.rows === null ? null : t("rowsDoneOnly", { done: format.number(sheet.rows) })}
        </span>
      </span>
      {sheet.hidden ? <Badge><EyeOff aria-hidden />{t("hiddenSheet")}</Badge> : null}
    </RadioGroup.Item>
  );
}
