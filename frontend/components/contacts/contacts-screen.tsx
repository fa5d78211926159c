"use client";

import { Download, FileUp, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useCallback, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { ArtPeople, ArtSearch } from "@/components/art";
import { ExportDialog } from "@/components/exports/export-dialog";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Sheet } from "@/components/ui/dialog";
import { Empty } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useExactCount } from "@/lib/bulk";
import { isFiltered, NO_QUERY, toTarget, useContactPages, type ContactQuery } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { useMediaQuery } from "@/lib/hooks";
import { useCan } from "@/lib/session";
import type { Contact, Total } from "@/lib/types";
import { BulkBar } from "./bulk-bar";
import { ContactDetailView } from "./contact-detail";
import { ContactFormDialog } from "./contact-form";
import { ContactList } from "./contact-list";
import { FilterBar } from "./filter-bar";
import { SearchBox } from "./search-box";
import { useContactFilters } from "./use-contact-filters";
import { useSelection } from "./use-selection";
import { ViewTabs } from "./view-tabs";

export function ContactsScreen() {
  const t = useTranslations("contacts");
  const format = useFormat();
  const { filters, setFilters, query } = useContactFilters();
  const pages = useContactPages(query);
  const selection = useSelection();
  const { clear } = selection;
  // What was chosen among other people must not be deleted with these.
  const refilter = useCallback(
    (next: ContactQuery) => {
      clear();
      setFilters(next);
    },
    [clear, setFilters],
  );
  const contacts = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const total = pages.data?.pages[0]?.total;
  const filtered = isFiltered(query);
  return (
    <div className="flex h-[calc(100dvh-12.5rem)] min-h-[30rem] flex-col lg:h-[calc(100dvh-8.6rem)]">
      <PageHeader
        title={t("title")}
        note={<span data-testid="contact-total" aria-live="polite">{total ? t(filtered ? "found" : "total", { count: format.total(total) }) : " "}</span>}
        actions={<HeaderActions query={query} total={total} />}
      />
      <SearchBox value={filters.q} busy={pages.isFetching && !pages.isFetchingNextPage} onChange={(q) => refilter({ ...filters, q })} />
      <ViewTabs query={query} onPick={refilter} />
      <FilterBar filters={filters} onChange={refilter} />
      <Card className="relative flex min-h-0 flex-1 flex-col overflow-hidden">
        <Unready query={pages} rows={9} />
        {pages.data && contacts.length === 0 ? <NoContacts filtered={filtered} onReset={() => refilter(NO_QUERY)} /> : null}
        {contacts.length > 0 ? <People contacts={contacts} query={query} pages={pages} total={total} selection={selection} /> : null}
        {selection.selected.size > 0 ? <BulkBar selection={selection} query={query} total={total} loaded={contacts.length} /> : null}
      </Card>
    </div>
  );
}

interface PeopleProps {
  contacts: Contact[];
  query: ContactQuery;
  pages: ReturnType<typeof useContactPages>;
  total?: Total;
  selection: ReturnType<typeof useSelection>;
}

/** The rows, and beside them the person that was opened. */
function People({ contacts, query, pages, total, selection }: PeopleProps) {
  const t = useTranslations("contacts");
  const wide = useMediaQuery("(min-width: 1024px)");
  const [openId, setOpenId] = useState<string | null>(null);
  const { fetchNextPage } = pages;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <>
      <ContactList
        contacts={contacts}
        query={query.q}
        total={total?.value}
        hasMore={pages.hasNextPage}
        loadingMore={pages.isFetchingNextPage}
        stuck={pages.isFetchNextPageError && !pages.isFetchingNextPage}
        onMore={more}
        selected={selection.selected}
        everybody={selection.everybody}
        onSelect={selection.select}
        dimmed={pages.isPlaceholderData}
        onOpen={(contact, event) => {
          if (!wide || event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          setOpenId(contact.id);
        }}
      />
      <Sheet open={openId !== null} onOpenChange={(open) => !open && setOpenId(null)} title={t("detail")} className="sm:w-[35rem]" data-testid="contact-sheet">
        {openId ? <ContactDetailView id={openId} onDeleted={() => setOpenId(null)} inSheet /> : null}
      </Sheet>
    </>
  );
}

function HeaderActions({ query, total }: { query: ContactQuery; total?: Total }) {
  const t = useTranslations();
  const format = useFormat();
  const router = useRouter();
  const { manage } = useCan();
  const [creating, setCreating] = useState(false);
  const [exporting, setExporting] = useState(false);
  const any = total && total.value > 0;
  const exact = useExactCount(toTarget(query), exporting && total?.relation === "gte").data;
  return (
    <>
      {manage && any ? (
        <Button variant="ghost" className="max-sm:hidden" onClick={() => setExporting(true)} data-testid="contact-export">
          <Download aria-hidden />
          {t("bulk.export")}
        </Button>
      ) : null}
      <Button variant="secondary" onClick={() => setCreating(true)} data-testid="contact-create">
        <Plus aria-hidden />
        {t("contacts.create")}
      </Button>
      <Button asChild>
        <Link href="/contacts/import" data-testid="contact-import">
          <FileUp aria-hidden />
          {t("contacts.upload")}
        </Link>
      </Button>
      <ContactFormDialog open={creating} onOpenChange={setCreating} onSaved={(id) => router.push(`/contacts/${id}`)} />
      {any ? (
        <ExportDialog
          open={exporting}
          target={toTarget(query)}
          count={exact === undefined ? format.total(total) : format.number(exact)}
          onClose={() => setExporting(false)}
          onStarted={() => setExporting(false)}
        />
      ) : null}
    </>
  );
}

function NoContacts({ filtered, onReset }: { filtered: boolean; onReset: () => void }) {
  const t = useTranslations("contacts");
  if (filtered) {
    return (
      <Empty
        art={<ArtSearch />}
        title={t("noMatchTitle")}
        note={t("noMatchNote")}
        action={<Button variant="secondary" onClick={onReset}>{t("resetFilters")}</Button>}
      />
    );
  }
  return (
    <Empty
      art={<ArtPeople />}
      title={t("emptyTitle")}
      note={t("emptyNote")}
      action={
        <Button asChild size="lg">
          <Link href="/contacts/import">
            <FileUp aria-hidden />
            {t("upload")}
          </Link>
        </Button>
      }
    />
  );
}
