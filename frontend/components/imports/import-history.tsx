"use client";

import { FileUp } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { ArtFile } from "@/components/art";
import { Badge, Dot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Empty, Failure, SkeletonRows } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { useFormat } from "@/lib/format";
import { useImportList } from "@/lib/imports";
import { IMPORT_TONE, isImportRunning } from "@/lib/states";
import type { ImportItem } from "@/lib/types";

const hrefOf = (item: ImportItem) => `/contacts/import?id=${item.id}`;

export function ImportStatusBadge({ item }: { item: ImportItem }) {
  const t = useTranslations("importStatus");
  const tone = IMPORT_TONE[item.status];
  return (
    <Badge tone={tone}>
      <Dot tone={tone} live={isImportRunning(item.status)} />
      {t(item.status)}
      {isImportRunning(item.status) && item.progress.percent > 0 ? ` ${Math.floor(item.progress.percent)}%` : null}
    </Badge>
  );
}

function useColumns(): Column<ImportItem>[] {
  const t = useTranslations("imports");
  const format = useFormat();
  const count = (value: number) => <span className={value ? "" : "text-ink-3/60"}>{format.number(value)}</span>;
  return [
    {
      id: "file",
      header: t("file"),
      cell: ({ row }) => (
        <Link href={hrefOf(row.original)} className="font-medium hover:underline">{row.original.file_name}</Link>
      ),
    },
    { id: "status", header: t("status"), cell: ({ row }) => <ImportStatusBadge item={row.original} /> },
    { id: "rows", header: t("rows"), cell: ({ row }) => count(row.original.counts.rows) },
    { id: "created", header: t("countCreated"), cell: ({ row }) => count(row.original.counts.created) },
    { id: "updated", header: t("countUpdated"), cell: ({ row }) => count(row.original.counts.updated) },
    { id: "merged", header: t("countMerged"), cell: ({ row }) => count(row.original.counts.merged) },
    { id: "rejected", header: t("countRejected"), cell: ({ row }) => count(row.original.counts.rejected) },
    { id: "when", header: t("when"), cell: ({ row }) => <span className="text-ink-3">{format.dateTime(row.original.created_at)}</span> },
  ];
}

export function ImportHistory() {
  const t = useTranslations();
  const router = useRouter();
  const columns = useColumns();
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
      <Card>
        {imports.isPending ? <SkeletonRows /> : null}
        {imports.isError && !imports.data ? <Failure error={imports.error} onRetry={() => imports.refetch()} /> : null}
        {imports.data && items.length === 0 ? (
          <Empty art={<ArtFile />} title={t("imports.emptyTitle")} note={t("imports.emptyNote")} action={uploadButton} />
        ) : null}
        {items.length > 0 ? (
          <DataTable
            caption={t("imports.history")}
            columns={columns}
            rows={items}
            rowId={(item) => item.id}
            onRowClick={(item) => router.push(hrefOf(item))}
            card={(item) => <ImportCard item={item} />}
          />
        ) : null}
      </Card>
      {imports.hasNextPage ? (
        <Button variant="secondary" className="mt-4" loading={imports.isFetchingNextPage} onClick={() => imports.fetchNextPage()}>{t("common.more")}</Button>
      ) : null}
    </>
  );
}

function ImportCard({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  return (
    <Link href={hrefOf(item)} className="block px-4 py-3.5">
      <span className="flex items-center justify-between gap-3">
        <span className="truncate font-medium">{item.file_name}</span>
        <ImportStatusBadge item={item} />
      </span>
      <span className="mt-1 flex gap-3 text-[0.85rem] text-ink-3">
        <span>{t("rowsDoneOnly", { done: format.number(item.counts.rows) })}</span>
        <span>{t("countCreated")} {format.number(item.counts.created)}</span>
        <span className="ml-auto">{format.dateTime(item.created_at)}</span>
      </span>
    </Link>
  );
}
