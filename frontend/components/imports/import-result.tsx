"use client";

import { CircleCheckBig, Download, Info, Send, UsersRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Notice, StackedBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { unchangedRows, useDownloadRejects } from "@/lib/imports";
import type { ImportItem } from "@/lib/types";
import { cn } from "@/lib/utils";

const PARTS = [
  { key: "Created", of: (item: ImportItem) => item.counts.created, className: "bg-seal" },
  { key: "Updated", of: (item: ImportItem) => item.counts.updated, className: "bg-seal/60" },
  { key: "Merged", of: (item: ImportItem) => item.counts.merged, className: "bg-seal/35" },
  { key: "Duplicates", of: (item: ImportItem) => item.counts.duplicate_rows, className: "bg-ink-3/60" },
  { key: "Unchanged", of: unchangedRows, className: "bg-line-strong" },
  { key: "Rejected", of: (item: ImportItem) => item.counts.rejected, className: "bg-persimmon" },
] as const;

export function ImportResult({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const rejects = useDownloadRejects();
  const seconds = item.started_at && item.finished_at ? (Date.parse(item.finished_at) - Date.parse(item.started_at)) / 1000 : 0;
  return (
    <div className="p-5 sm:p-8" data-testid="import-result">
      <header className="flex items-center gap-4">
        <CircleCheckBig className="size-10 shrink-0 text-seal" aria-hidden />
        <div className="min-w-0">
          <h2 className="text-xl font-bold">{t("doneTitle", { rows: format.number(item.counts.rows) })}</h2>
          <p className="truncate text-[0.9rem] text-ink-3">{t("doneNote", { name: item.file_name, seconds: format.duration(seconds) })}</p>
        </div>
      </header>
      <ResultPicture item={item} />
      <Warnings item={item} />
      <div className="mt-7 flex flex-wrap gap-2">
        <Button asChild>
          <Link href={`/contacts?import_id=${item.id}`} data-testid="import-contacts-link">
            <UsersRound aria-hidden />
            {t("seeContacts")}
          </Link>
        </Button>
        <Button asChild variant="secondary">
          <Link href="/campaigns/new">
            <Send aria-hidden />
            {t("makeCampaign")}
          </Link>
        </Button>
        {item.counts.rejected > 0 ? (
          <Button variant="secondary" loading={rejects.isPending} onClick={() => rejects.mutate(item)} data-testid="import-rejects">
            <Download aria-hidden />
            {t("downloadRejects", { count: format.number(item.counts.rejected) })}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function ResultPicture({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const parts = PARTS.map((part) => ({ ...part, value: part.of(item), label: t(`count${part.key}`) }));
  return (
    <>
      <StackedBar total={item.counts.rows} parts={parts} label={t("resultLabel")} className="mt-7 h-4 gap-0.5" />
      <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-3">
        {parts.map((part) => (
          <div key={part.key} className="flex gap-3">
            <span aria-hidden className={cn("mt-1.5 size-3 shrink-0 rounded-[4px]", part.className)} />
            <div>
              <dt className="text-[0.87rem] text-ink-2">{part.label}</dt>
              <dd className="text-2xl leading-tight font-bold" data-testid={`import-result-${part.key.toLowerCase()}`}>{format.number(part.value)}</dd>
              <dd className="text-[0.82rem] text-ink-3">{t(`note${part.key}`)}</dd>
            </div>
          </div>
        ))}
      </dl>
    </>
  );
}

function Warnings({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  if (item.warnings.length === 0) return null;
  return (
    <Notice tone="warn" icon={<Info aria-hidden />} title={t("warnings")} className="mt-6">
      <ul>
        {item.warnings.map((warning, index) => <li key={index}>{typeof warning === "string" ? warning : warning.message}</li>)}
      </ul>
    </Notice>
  );
}
