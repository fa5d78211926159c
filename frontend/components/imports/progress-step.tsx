"use client";

import { Check, LoaderCircle } from "lucide-react";
import { useTranslations } from "use-intl";
import { ProgressBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import type { ImportItem, ImportStatus } from "@/lib/types";
import { cn } from "@/lib/utils";

const STAGES: ImportStatus[] = ["ingesting", "deduplicating"];

export function ProgressStep({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const status = item.status as "queued" | "inspecting" | "ingesting" | "deduplicating" | "undoing";
  const { done_rows, total_rows, percent } = item.progress;
  const counting = status === "ingesting" || status === "deduplicating";
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center px-6 py-14 text-center" data-testid="import-progress" data-status={status}>
      {counting ? (
        <p className="text-[3.2rem] leading-none font-bold tracking-tight text-seal">
          {Math.floor(percent)}
          <span className="text-2xl font-semibold">%</span>
        </p>
      ) : (
        <LoaderCircle className="size-10 animate-spin text-seal" aria-hidden />
      )}
      <h2 className="mt-5 text-lg font-semibold" aria-live="polite">{t(status)}</h2>
      <p className="mt-1 text-[0.9rem] text-ink-3">{status === "inspecting" ? t("inspectingNote") : item.file_name}</p>
      {counting ? (
        <>
          <ProgressBar percent={percent} label={t(status)} className="mt-6 w-full" />
          <p className="mt-2 text-[0.87rem] text-ink-3">
            {total_rows ? t("rowsDone", { done: format.number(done_rows), total: format.number(total_rows) }) : t("rowsDoneOnly", { done: format.number(done_rows) })}
          </p>
          <Stages current={STAGES.indexOf(status)} />
        </>
      ) : null}
      <p className="mt-6 text-[0.87rem] text-ink-3">{t("leave")}</p>
    </div>
  );
}

function Stages({ current }: { current: number }) {
  const t = useTranslations("importStatus");
  return (
    <ol className="mt-6 flex gap-5 text-[0.87rem]">
      {STAGES.map((stage, index) => (
        <li key={stage} className={cn("flex items-center gap-1.5", index > current ? "text-ink-3" : "font-medium text-ink")}>
          {index < current ? <Check className="size-4 text-good" aria-hidden /> : null}
          {index === current ? <LoaderCircle className="size-4 animate-spin text-seal" aria-hidden /> : null}
          {t(stage)}
        </li>
      ))}
    </ol>
  );
}
