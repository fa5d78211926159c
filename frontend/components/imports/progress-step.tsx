"use client";

import { Check, FileSearch, LoaderCircle, Undo2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { ProgressBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { usePace } from "@/lib/imports";
import type { ImportItem, ImportStatus } from "@/lib/types";
import { cn } from "@/lib/utils";

const STAGES: ImportStatus[] = ["ingesting", "deduplicating"];
type Running = "queued" | "inspecting" | "ingesting" | "deduplicating" | "undoing";

/** What is going on, how far it is and how long it will take; `at` is when the server said so. */
export function ProgressStep({ item, at }: { item: ImportItem; at: number }) {
  const t = useTranslations("imports");
  const status = item.status as Running;
  const counting = ["ingesting", "deduplicating", "undoing"].includes(status) && (item.progress.total_rows ?? 0) > 0;
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center px-6 py-14 text-center" data-testid="import-progress" data-status={status}>
      {counting ? <Percent value={item.progress.percent} /> : <Waiting status={status} />}
      <h2 className="mt-5 text-lg font-semibold" aria-live="polite">{t(status)}</h2>
      <p className="mt-1 max-w-full truncate text-[0.9rem] text-ink-3">{status === "inspecting" ? t("inspectingNote") : item.file_name}</p>
      {counting ? <Counted item={item} at={at} /> : null}
      {counting && status !== "undoing" ? <Stages current={STAGES.indexOf(status)} /> : null}
      <p className="mt-6 text-[0.87rem] text-ink-3">{t("leave")}</p>
    </div>
  );
}

function Percent({ value }: { value: number }) {
  return (
    <p className="text-[3.2rem] leading-none font-bold tracking-tight text-seal">
      {Math.floor(value)}
      <span className="text-2xl font-semibold">%</span>
    </p>
  );
}

function Waiting({ status }: { status: Running }) {
  const Icon = status === "inspecting" ? FileSearch : status === "undoing" ? Undo2 : LoaderCircle;
  return (
    <span className="relative grid size-16 place-items-center">
      <LoaderCircle className="absolute inset-0 size-16 animate-spin stroke-1 text-seal" aria-hidden />
      {Icon === LoaderCircle ? null : <Icon className="size-6 text-seal" aria-hidden />}
    </span>
  );
}

function Counted({ item, at }: { item: ImportItem; at: number }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const pace = usePace(item, at);
  const { done_rows, total_rows, percent } = item.progress;
  return (
    <>
      <ProgressBar percent={percent} label={t(item.status as Running)} className="mt-6 w-full" />
      <p className="mt-2 text-[0.93rem]" data-testid="import-rows-done">
        {t("rowsDone", { done: format.number(done_rows), total: format.number(total_rows ?? 0) })}
      </p>
      <p className="min-h-6 text-[0.87rem] text-ink-3" data-testid="import-pace">
        {pace ? t("pace", { rows: format.number(Math.round(pace.perSecond)) }) : null}
        {pace?.secondsLeft ? ` · ${t("timeLeft", { time: format.duration(pace.secondsLeft) })}` : null}
      </p>
    </>
  );
}

function Stages({ current }: { current: number }) {
  const t = useTranslations("importStatus");
  return (
    <ol className="mt-5 flex gap-5 text-[0.87rem]">
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
