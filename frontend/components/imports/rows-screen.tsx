"use client";

import { Download, UsersRound } from "lucide-react";
import Link from "next/link";
import { useParams, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "use-intl";
import { ArtSearch } from "@/components/art";
import { BackLink } from "@/components/layout/back-link";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { KindPills } from "@/components/ui/toggle";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useDownloadRejects, useImport, useImportRows, type ImportRow, type RejectedRow, type RowOutcome } from "@/lib/imports";
import type { ImportItem } from "@/lib/types";
import { contactsHref, OUTCOMES, rowsHref } from "./outcomes";
import { AcceptedRowLine, RejectedRowLine } from "./row-lines";

type Shown = RowOutcome | "rejected";

function useTabs(item: ImportItem | undefined): { kind: Shown; label: string; count: number }[] {
  const t = useTranslations("imports");
  if (!item) return [];
  const fates = OUTCOMES.map(({ key, outcome, of }) => ({ kind: outcome, label: t(`count${key}`), count: of(item) }));
  const extra = [
    { kind: "repaired" as const, label: t("tabRepaired"), count: item.counts.repaired ?? 0 },
    { kind: "shared" as const, label: t("countShared"), count: item.counts.shared_phones ?? 0 },
    { kind: "kept" as const, label: t("countKept"), count: item.undo?.kept ?? 0 },
  ];
  return [...fates, ...extra].filter((tab) => tab.count > 0);
}

/** The rows of an import that came out one way, with what each changed. */
export function ImportRowsScreen() {
  const t = useTranslations("imports");
  const { id } = useParams<{ id: string }>();
  const asked = (useSearchParams().get("outcome") ?? "created") as Shown;
  const router = useRouter();
  const item = useImport(id);
  const tabs = useTabs(item.data);
  return (
    <div className="mx-auto max-w-4xl">
      <BackLink href={`/contacts/import?id=${id}`}>{t("backToResult")}</BackLink>
      <PageHeader title={t("rowsTitle")} note={item.data?.file_name} actions={item.data ? <Actions item={item.data} shown={asked} /> : null} />
      {tabs.length > 0 ? <KindPills label={t("rowsTitle")} kinds={tabs} shown={asked} onShow={(outcome) => router.replace(rowsHref(id, outcome), { scroll: false })} testId="rows-tab" /> : null}
      <Card className="overflow-hidden">
        <Rows key={asked} id={id} outcome={asked} headers={item.data?.columns.map((column) => column.header) ?? []} />
      </Card>
    </div>
  );
}

function Actions({ item, shown }: { item: ImportItem; shown: Shown }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const rejects = useDownloadRejects();
  if (shown === "rejected") {
    return (
      <Button variant="secondary" loading={rejects.isPending} onClick={() => rejects.mutate(item)} data-testid="rows-download">
        <Download aria-hidden />
        {t("downloadRejects", { count: format.number(item.counts.rejected) })}
      </Button>
    );
  }
  if (shown === "kept") return null;
  return (
    <Button asChild variant="secondary">
      <Link href={contactsHref(item.id, shown)} data-testid="rows-people">
        <UsersRound aria-hidden />
        {t("thesePeople")}
      </Link>
    </Button>
  );
}

function Rows({ id, outcome, headers }: { id: string; outcome: Shown; headers: string[] }) {
  const t = useTranslations();
  const rows = useImportRows(id, outcome);
  if (!rows.data) return <Unready query={rows} />;
  const items = rows.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty art={<ArtSearch />} title={t("imports.noRows")} />;
  return (
    <>
      <ul className="divide-y divide-line" data-testid="import-rows">
        {items.map((row) => (
          <li key={row.row_number} data-testid="import-row">
            {outcome === "rejected" ? <RejectedRowLine row={row as RejectedRow} headers={headers} /> : <AcceptedRowLine row={row as ImportRow} />}
          </li>
        ))}
      </ul>
      {rows.hasNextPage ? (
        <div className="border-t border-line p-4">
          <Button variant="secondary" className="w-full" loading={rows.isFetchingNextPage} onClick={() => rows.fetchNextPage()} data-testid="rows-more">{t("common.more")}</Button>
        </div>
      ) : null}
    </>
  );
}
