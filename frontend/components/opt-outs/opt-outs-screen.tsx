"use client";

import { BellRing, FileUp, Plus, Search } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtQuiet, ArtSearch } from "@/components/art";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Dialog } from "@/components/ui/dialog";
import { Empty } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { OPT_OUT_CHANNELS, OPT_OUT_SOURCES, useOptOuts, type OptOutChannel, type OptOutQuery, type OptOutSource } from "@/lib/opt-outs";
import { useCan } from "@/lib/session";
import { useOptOutReason } from "@/lib/settings";
import type { OptOut } from "@/lib/types";
import { FileDialog } from "./file-dialog";
import { LiftDialog } from "./lift-dialog";
import { OptOutForm } from "./opt-out-form";

const SEARCH_PAUSE_MS = 200;
const NO_QUERY: OptOutQuery = { q: "", channel: null, source: null };

export function OptOutsScreen() {
  const t = useTranslations();
  const [filters, setFilters] = useState(NO_QUERY);
  const q = useDebounced(filters.q, SEARCH_PAUSE_MS).trim();
  const optOuts = useOptOuts({ ...filters, q });
  const [creating, setCreating] = useState(false);
  const [reading, setReading] = useState(false);
  const [lifting, setLifting] = useState<OptOut | null>(null);
  const items = optOuts.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(q || filters.channel || filters.source);
  const actions = (
    <>
      <Button variant="secondary" onClick={() => setReading(true)} data-testid="opt-out-file">
        <FileUp aria-hidden />
        {t("optOuts.byFile")}
      </Button>
      <Button onClick={() => setCreating(true)} data-testid="opt-out-create">
        <Plus aria-hidden />
        {t("optOuts.create")}
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title={t("optOuts.title")} note={t("optOuts.note")} actions={actions} />
      <Filters filters={filters} onChange={setFilters} />
      <Card>
        <Unready query={optOuts} rows={4} />
        {optOuts.data && items.length === 0 ? <Nobody filtered={filtered} onReset={() => setFilters(NO_QUERY)} /> : null}
        {items.length > 0 ? <List items={items} onLift={setLifting} /> : null}
      </Card>
      {optOuts.hasNextPage ? (
        <Button variant="secondary" className="mt-4" loading={optOuts.isFetchingNextPage} onClick={() => optOuts.fetchNextPage()}>{t("common.more")}</Button>
      ) : null}
      <p className="mt-4 text-[0.84rem] text-ink-3">{t("optOuts.law")}</p>
      <Dialog open={creating} onOpenChange={setCreating} title={t("optOuts.create")} description={t("optOuts.createNote")}>
        <OptOutForm onClose={() => setCreating(false)} />
      </Dialog>
      <FileDialog open={reading} onClose={() => setReading(false)} />
      <LiftDialog item={lifting} onClose={() => setLifting(null)} />
    </>
  );
}

const ANY = "any";

function Filters({ filters, onChange }: { filters: OptOutQuery; onChange: (filters: OptOutQuery) => void }) {
  const t = useTranslations("optOuts");
  const orNull = (value: string) => (value === ANY ? null : value);
  return (
    <div className="mb-3 grid grid-cols-2 gap-2 sm:grid-cols-[minmax(0,1fr)_10rem_10rem]">
      <div className="relative col-span-2 sm:col-span-1">
        <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" aria-hidden />
        <Input type="search" className="pl-9" value={filters.q} onChange={(event) => onChange({ ...filters, q: event.target.value })} placeholder={t("search")} aria-label={t("search")} data-testid="opt-out-search" />
      </div>
      <Select
        value={filters.channel ?? ANY}
        onValueChange={(value) => onChange({ ...filters, channel: orNull(value) as OptOutChannel | null })}
        options={[{ value: ANY, label: t("anyChannel") }, ...OPT_OUT_CHANNELS.map((value) => ({ value, label: t(`channels.${value}`) }))]}
        aria-label={t("channel")}
        data-testid="opt-out-channel-filter"
      />
      <Select
        value={filters.source ?? ANY}
        onValueChange={(value) => onChange({ ...filters, source: orNull(value) as OptOutSource | null })}
        options={[{ value: ANY, label: t("anySource") }, ...OPT_OUT_SOURCES.map((value) => ({ value, label: t(`sources.${value}`) }))]}
        aria-label={t("source")}
        data-testid="opt-out-source-filter"
      />
    </div>
  );
}

function Nobody({ filtered, onReset }: { filtered: boolean; onReset: () => void }) {
  const t = useTranslations();
  if (!filtered) return <Empty art={<ArtQuiet />} title={t("optOuts.emptyTitle")} note={t("optOuts.emptyNote")} />;
  return (
    <Empty
      art={<ArtSearch />}
      title={t("optOuts.noMatch")}
      action={<Button variant="secondary" onClick={onReset}>{t("contacts.resetFilters")}</Button>}
    />
  );
}

function List({ items, onLift }: { items: OptOut[]; onLift: (item: OptOut) => void }) {
  const t = useTranslations("optOuts");
  const columns = useColumns(onLift);
  return <DataTable caption={t("title")} columns={columns} rows={items} rowId={(item) => item.id} card={(item) => <OptOutCard item={item} onLift={() => onLift(item)} />} />;
}

/** Taking back is for those who manage the camp. */
function LiftButton({ onLift }: { onLift: () => void }) {
  const t = useTranslations("optOuts");
  const { manage } = useCan();
  if (!manage) return null;
  return (
    <Button variant="ghost" size="sm" onClick={onLift} data-testid="opt-out-lift">
      <BellRing aria-hidden />
      {t("lift")}
    </Button>
  );
}

function ChannelBadge({ item }: { item: OptOut }) {
  const t = useTranslations("optOuts");
  const channel = item.channel ?? "all";
  return <Badge tone={channel === "all" ? "bad" : "warn"}>{t(`channels.${channel}`)}</Badge>;
}

/** Where from and why, in words; a reason that says no more than the origin is left out. */
function useWhy() {
  const reasonOf = useOptOutReason();
  const t = useTranslations("optOuts");
  return (item: OptOut) => {
    const source = item.source ? t(`sources.${item.source}`) : "";
    const reason = item.reason ? reasonOf(item.reason) : "";
    return { source, reason: reason === source ? "" : reason };
  };
}

function useColumns(onLift: (item: OptOut) => void): Column<OptOut>[] {
  const t = useTranslations("optOuts");
  const format = useFormat();
  const why = useWhy();
  return [
    { id: "value", header: t("value"), cell: ({ row }) => <span className="font-medium">{row.original.value_masked ?? "–"}</span> },
    { id: "channel", header: t("channel"), cell: ({ row }) => <ChannelBadge item={row.original} /> },
    {
      id: "source",
      header: t("source"),
      cell: ({ row }) => {
        const { source, reason } = why(row.original);
        return (
          <>
            {source}
            {reason ? <span className="block max-w-80 truncate text-[0.85rem] text-ink-3">{reason}</span> : null}
          </>
        );
      },
    },
    { id: "when", header: t("when"), cell: ({ row }) => <span className="whitespace-nowrap text-ink-3">{format.dateTime(row.original.created_at)}</span> },
    { id: "lift", header: "", cell: ({ row }) => <span className="flex justify-end"><LiftButton onLift={() => onLift(row.original)} /></span> },
  ];
}

function OptOutCard({ item, onLift }: { item: OptOut; onLift: () => void }) {
  const format = useFormat();
  const { source, reason } = useWhy()(item);
  return (
    <div className="flex items-center justify-between gap-3 px-4 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {item.value_masked ?? "–"}
          <ChannelBadge item={item} />
        </p>
        <p className="text-[0.85rem] break-words text-ink-3">{[source, reason].filter(Boolean).join(" · ")}</p>
        <p className="text-[0.85rem] text-ink-3">{format.dateTime(item.created_at)}</p>
      </div>
      <LiftButton onLift={onLift} />
    </div>
  );
}
