"use client";

import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtSend } from "@/components/art";
import { FilterChip } from "@/components/ui/toggle";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Empty } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useCampaigns } from "@/lib/campaigns";
import { useFormat } from "@/lib/format";
import type { CampaignItem, CampaignStatus } from "@/lib/types";
import { RecipientBar } from "./recipient-bar";
import { StatusBadge } from "./status-badge";

const STATUSES: CampaignStatus[] = ["draft", "scheduled", "sending", "paused", "completed", "cancelled", "stopped"];

export const campaignHref = (item: Pick<CampaignItem, "id" | "status">) =>
  item.status === "draft" ? `/campaigns/${item.id}/edit` : `/campaigns/${item.id}`;

export function CreateCampaignButton({ size }: { size?: "lg" }) {
  const t = useTranslations("campaigns");
  return (
    <Button asChild size={size}>
      <Link href="/campaigns/new" data-testid="campaign-create">
        <Plus aria-hidden />
        {t("create")}
      </Link>
    </Button>
  );
}

/** What has become of a campaign, in one line: a bar and the delivered share. */
function CampaignProgress({ item }: { item: CampaignItem }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const { counts } = item;
  if (item.status === "scheduled") return <span className="text-[0.87rem] text-ink-3">{t("scheduledFor", { at: format.dateTime(item.scheduled_at) })}</span>;
  if (counts.recipients === 0) return <span className="text-[0.87rem] text-ink-3">{t("notYet")}</span>;
  return (
    <div className="min-w-36">
      <RecipientBar counts={counts} className="h-2" />
      <p className="mt-1 text-[0.82rem] text-ink-3">{t("delivered", { percent: format.percent(counts.delivered / counts.recipients) })}</p>
    </div>
  );
}

function StepChain({ item }: { item: CampaignItem }) {
  const t = useTranslations("channel");
  return <span className="text-[0.9rem] text-ink-2">{item.steps.map((step) => t(step.channel)).join(" → ")}</span>;
}

function useColumns(): Column<CampaignItem>[] {
  const t = useTranslations();
  const format = useFormat();
  return [
    {
      id: "name",
      header: t("campaigns.name"),
      cell: ({ row }) => (
        <>
          <Link href={campaignHref(row.original)} className="font-medium hover:underline">{row.original.name}</Link>
          <span className="block text-[0.84rem] text-ink-3">{t(`purpose.${row.original.purpose}`)}</span>
        </>
      ),
    },
    { id: "status", header: t("campaigns.status"), cell: ({ row }) => <StatusBadge status={row.original.status} /> },
    { id: "steps", header: t("campaigns.steps"), cell: ({ row }) => <StepChain item={row.original} /> },
    {
      id: "recipients",
      header: t("campaigns.recipients"),
      cell: ({ row }) => (row.original.counts.recipients ? format.number(row.original.counts.recipients) : <span className="text-ink-3/60">–</span>),
    },
    { id: "progress", header: t("campaigns.progress"), cell: ({ row }) => <CampaignProgress item={row.original} /> },
    {
      id: "when",
      header: t("campaigns.when"),
      cell: ({ row }) => <span className="whitespace-nowrap text-ink-3">{format.dateTime(row.original.launched_at ?? row.original.created_at)}</span>,
    },
  ];
}

function CampaignCard({ item }: { item: CampaignItem }) {
  const format = useFormat();
  const t = useTranslations("campaigns");
  return (
    <Link href={campaignHref(item)} className="block px-4 py-3.5">
      <span className="flex items-start justify-between gap-3">
        <span className="font-medium">{item.name}</span>
        <StatusBadge status={item.status} />
      </span>
      <span className="mt-0.5 mb-2 flex justify-between gap-3 text-[0.85rem] text-ink-3">
        <StepChain item={item} />
        {item.counts.recipients ? t("people", { count: format.number(item.counts.recipients) }) : format.dateTime(item.created_at)}
      </span>
      <CampaignProgress item={item} />
    </Link>
  );
}

export function CampaignTable({ items }: { items: CampaignItem[] }) {
  const t = useTranslations("campaigns");
  const router = useRouter();
  return (
    <DataTable
      caption={t("title")}
      columns={useColumns()}
      rows={items}
      rowId={(item) => item.id}
      onRowClick={(item) => router.push(campaignHref(item))}
      card={(item) => <CampaignCard item={item} />}
    />
  );
}

export function CampaignList() {
  const t = useTranslations();
  const [status, setStatus] = useState<CampaignStatus | null>(null);
  const campaigns = useCampaigns(status);
  const items = campaigns.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title={t("campaigns.title")} note={t("campaigns.note")} actions={<CreateCampaignButton />} />
      <div role="group" aria-label={t("campaigns.status")} className="no-scrollbar -mx-4 mb-3 flex gap-1.5 overflow-x-auto px-4 sm:mx-0 sm:px-0">
        <FilterChip label={t("common.all")} active={status === null} onClick={() => setStatus(null)} />
        {STATUSES.map((one) => (
          <FilterChip key={one} label={t(`campaignStatus.${one}`)} active={status === one} onClick={() => setStatus(one)} />
        ))}
      </div>
      <Card>
        <Unready query={campaigns} />
        {campaigns.data && items.length === 0 ? (
          status ? (
            <p className="px-6 py-14 text-center text-ink-3">{t("campaigns.noneOfStatus")}</p>
          ) : (
            <Empty art={<ArtSend />} title={t("campaigns.emptyTitle")} note={t("campaigns.emptyNote")} action={<CreateCampaignButton size="lg" />} />
          )
        ) : null}
        {items.length > 0 ? (
          <CampaignTable items={items} />
        ) : null}
      </Card>
      {campaigns.hasNextPage ? (
        <Button variant="secondary" className="mt-4" loading={campaigns.isFetchingNextPage} onClick={() => campaigns.fetchNextPage()}>{t("common.more")}</Button>
      ) : null}
    </>
  );
}
