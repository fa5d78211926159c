"use client";

import { FileUp, LoaderCircle, Plus, Search, X } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ArtPeople, ArtSearch } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Sheet } from "@/components/ui/dialog";
import { Empty, Failure, SkeletonRows } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { useContactPages, type ContactQuery } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { useDebounced, useMediaQuery } from "@/lib/hooks";
import { ContactDetailView } from "./contact-detail";
import { ContactFormDialog } from "./contact-form";
import { ContactList } from "./contact-list";
import { SelectionBar } from "./selection-bar";
import { TagFilter } from "./tag-filter";

const readFilters = (params: URLSearchParams): ContactQuery => ({
  q: params.get("q") ?? "",
  tags: params.getAll("tag"),
  importId: params.get("import_id"),
});

/**
 * Filters live in the address, so that a reload or a link shows the same people. An address that was not written here
 * (the menu's "Contacts" while a filter is on) sets the filters; ours come back late and are known by `written`.
 */
function useFilters() {
  const params = useSearchParams();
  const [filters, setFilters] = useState(() => readFilters(params));
  const written = useRef({ latest: params.toString(), all: new Set([params.toString()]) });
  const settled = useDebounced(filters.q, 150).trim();
  const { tags, importId } = filters;
  useEffect(() => {
    const next = new URLSearchParams();
    if (settled) next.set("q", settled);
    tags.forEach((tag) => next.append("tag", tag));
    if (importId) next.set("import_id", importId);
    const text = next.toString();
    written.current.latest = text;
    written.current.all.add(text);
    window.history.replaceState(null, "", text ? `/contacts?${text}` : "/contacts");
  }, [settled, tags, importId]);
  useEffect(() => {
    const text = params.toString();
    const { latest, all } = written.current;
    if (text === latest) written.current.all = new Set([text]);
    else if (!all.has(text)) setFilters(readFilters(params));
  }, [params]);
  return { filters, setFilters, query: useMemo(() => ({ q: settled, tags, importId }), [settled, tags, importId]) };
}

function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const select = useCallback((ids: string[], on: boolean) => {
    setSelected((before) => {
      const after = new Set(before);
      ids.forEach((id) => (on ? after.add(id) : after.delete(id)));
      return after;
    });
  }, []);
  return { selected, select, clear: useCallback(() => setSelected(new Set()), []) };
}

export function ContactsScreen() {
  const t = useTranslations("contacts");
  const format = useFormat();
  const router = useRouter();
  const wide = useMediaQuery("(min-width: 1024px)");
  const { filters, setFilters, query } = useFilters();
  const pages = useContactPages(query);
  const selection = useSelection();
  const [openId, setOpenId] = useState<string | null>(null);
  const [creating, setCreating] = useState(false);

  const contacts = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const total = pages.data?.pages[0]?.total;
  const filtered = Boolean(query.q || query.tags.length || query.importId);
  const { fetchNextPage } = pages;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const note = total ? t(filtered ? "found" : "total", { count: format.total(total) }) : " ";

  return (
    <div className="flex h-[calc(100dvh-12.5rem)] min-h-[26rem] flex-col lg:h-[calc(100dvh-8.6rem)]">
      <PageHeader
        title={t("title")}
        note={<span data-testid="contact-total" aria-live="polite">{note}</span>}
        actions={
          <>
            <Button variant="secondary" onClick={() => setCreating(true)} data-testid="contact-create">
              <Plus aria-hidden />
              {t("create")}
            </Button>
            <Button asChild>
              <Link href="/contacts/import" data-testid="contact-import">
                <FileUp aria-hidden />
                {t("upload")}
              </Link>
            </Button>
          </>
        }
      />
      <SearchBox value={filters.q} busy={pages.isFetching && !pages.isFetchingNextPage} onChange={(q) => setFilters({ ...filters, q })} />
      <TagFilter filters={filters} onChange={setFilters} />
      <Card className="relative flex min-h-0 flex-1 flex-col overflow-hidden">
        {pages.isPending ? <SkeletonRows rows={9} /> : null}
        {pages.isError && !pages.data ? <Failure error={pages.error} onRetry={() => pages.refetch()} /> : null}
        {pages.data && contacts.length === 0 ? (
          <NoContacts filtered={filtered} onReset={() => setFilters({ q: "", tags: [], importId: null })} />
        ) : null}
        {contacts.length > 0 ? (
          <ContactList
            contacts={contacts}
            query={query.q}
            total={total?.value}
            hasMore={pages.hasNextPage}
            loadingMore={pages.isFetchingNextPage}
            onMore={more}
            selected={selection.selected}
            onSelect={selection.select}
            dimmed={pages.isPlaceholderData}
            onOpen={(contact, event) => {
              if (!wide || event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              setOpenId(contact.id);
            }}
          />
        ) : null}
        {selection.selected.size > 0 ? <SelectionBar ids={[...selection.selected]} onClear={selection.clear} /> : null}
      </Card>
      <Sheet open={openId !== null} onOpenChange={(open) => !open && setOpenId(null)} title={t("detail")} className="sm:w-[33rem]" data-testid="contact-sheet">
        {openId ? <ContactDetailView id={openId} onDeleted={() => setOpenId(null)} pageLink /> : null}
      </Sheet>
      <ContactFormDialog open={creating} onOpenChange={setCreating} onSaved={(id) => (wide ? setOpenId(id) : router.push(`/contacts/${id}`))} />
    </div>
  );
}

function SearchBox({ value, busy, onChange }: { value: string; busy: boolean; onChange: (value: string) => void }) {
  const t = useTranslations();
  return (
    <div className="relative mb-3">
      {busy ? (
        <LoaderCircle className="absolute top-1/2 left-3.5 size-[1.15rem] -translate-y-1/2 animate-spin text-seal" aria-hidden />
      ) : (
        <Search className="absolute top-1/2 left-3.5 size-[1.15rem] -translate-y-1/2 text-ink-3" aria-hidden />
      )}
      <Input
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        placeholder={t("contacts.search")}
        aria-label={t("contacts.search")}
        data-testid="contact-search"
        className="h-11 rounded-lg pr-10 pl-10.5 [&::-webkit-search-cancel-button]:hidden"
      />
      {value ? (
        <button type="button" onClick={() => onChange("")} aria-label={t("common.clear")} className="absolute inset-y-0 right-0 grid w-11 place-items-center text-ink-3 hover:text-ink">
          <X className="size-4" aria-hidden />
        </button>
      ) : null}
    </div>
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
