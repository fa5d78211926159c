"use client";

import { FileSpreadsheet, FileUp } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { ArtFile } from "@/components/art";
import { Badge, Dot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty, ProgressBar, StackedBar } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { importError, useImportList } from "@/lib/imports";
import { IMPORT_TONE, isImportRunning } from "@/lib/states";
import type { ImportItem } from "@/lib/types";
import { OUTCOMES } from "./outcomes";

const hrefOf = (item: ImportItem) => `/contacts/import?id=${item.id}`;

export function ImportStatusBadge({ item }: { item: ImportItem }) {
  const t = useTranslations("importStatus");
  const tone = IMPORT_TONE[item.status];
  return (
    <Badge tone={tone} className="shrink-0">
      <Dot tone={tone} live={isImportRunning(item.status)} />
      {t(item.status)}
      {isImportRunning(item.status) && item.progress.percent > 0 ? ` ${Math.floor(item.progress.percent)}%` : null}
    </Badge>
  );
}

export function ImportHistory() {
  const t = useTranslations();
  const imports = useImportList();
  const items = imports.data?.pages.flatMap((page) => page.items) ?? [];
  const uploadButton = (
    <Button asChild>
      <Link href="/contacts/import">
        <FileUp aria-hidden />
        {t("contacts.upload")}
      </Link>
    </Button>
  );
  return (
    <>
      <PageHeader title={t("imports.title")} note={t("imports.listNote")} actions={uploadButton} />
      <Card className="overflow-hidden">
        <Unready query={imports} />
        {imports.data && items.length === 0 ? (
          <Empty art={<ArtFile />} title={t("imports.emptyTitle")} note={t("imports.emptyNote")} action={uploadButton} />
        ) : null}
        {items.length > 0 ? (
          <ul aria-label={t("imports.history")} className="divide-y divide-line" data-testid="import-history">
            {items.map((item) => <ImportLine key={item.id} item={item} />)}
          </ul>
        ) : null}
      </Card>
      {imports.hasNextPage ? (
        <Button variant="secondary" className="mt-4" loading={imports.isFetchingNextPage} onClick={() => imports.fetchNextPage()}>{t("common.more")}</Button>
      ) : null}
    </>
  );
}

/** One upload: the whole line leads to it, whatever state it is in. */
function ImportLine({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  return (
    <li className="relative flex gap-4 px-4 py-4 hover:bg-hover/50 sm:px-5" data-testid="import-item" data-status={item.status}>
      <span aria-hidden className="grid size-10 shrink-0 place-items-center rounded-lg bg-sunken text-seal max-sm:hidden">
        <FileSpreadsheet className="size-5" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link href={hrefOf(item)} className="max-w-full truncate font-medium outline-none after:absolute after:inset-0 focus-visible:underline">{item.file_name}</Link>
          <ImportStatusBadge item={item} />
        </p>
        <p className="text-[0.85rem] text-ink-3 sm:hidden">{format.dateTime(item.created_at)}</p>
        <Outcome item={item} />
      </div>
      <p className="shrink-0 text-right text-[0.85rem] text-ink-3 max-sm:hidden">
        {format.dateTime(item.created_at)}
        {item.counts.rows > 0 ? <span className="block">{t("rowsDoneOnly", { done: format.number(item.counts.rows) })}</span> : null}
      </p>
    </li>
  );
}

function Outcome({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const note = "mt-1 text-[0.87rem]";
  if (item.status === "failed") return <p className={`${note} text-bad-ink`} data-testid="import-failed-why">{importError(item)}</p>;
  if (item.status === "awaiting_mapping") return <p className={`${note} text-persimmon-ink`}>{t("continueShort")}</p>;
  if (item.status === "undone") {
    const { restored = 0, removed = 0, kept = 0 } = item.undo ?? {};
    if (!item.undo) return null;
    return <p className={`${note} text-ink-3`}>{t("undoneSummary", { restored: format.number(restored), removed: format.number(removed), kept: format.number(kept) })}</p>;
  }
  if (isImportRunning(item.status)) return <ProgressBar percent={item.progress.percent} label={item.file_name} className="mt-3 max-w-md" />;
  const parts = OUTCOMES.map(({ key, of, className }) => ({ key, className, value: of(item), label: t(`count${key}`) }));
  return (
    <>
      <StackedBar total={item.counts.rows} parts={parts} label={t("outcomeBar")} className="mt-2.5 h-2 max-w-md" />
      <p className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-[0.84rem] text-ink-3">
        {parts.filter((part) => part.value > 0).map((part) => (
          <span key={part.key} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-2 rounded-[3px] ${part.className}`} />
            {part.label} {format.number(part.value)}
          </span>
        ))}
      </p>
    </>
  );
}
