"use client";

import { OctagonAlert, Pencil } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { StatusBadge } from "@/components/campaigns/status-badge";
import { CampaignLaw } from "@/components/compliance/campaign-law";
import { BackLink } from "@/components/layout/back-link";
import { Button } from "@/components/ui/button";
import { Notice, Skeleton } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useCampaign, useFollowStatus, useSeries, useStats } from "@/lib/campaigns";
import { hasLink } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useStopReason, type StopWords } from "@/lib/reasons";
import { isFinal } from "@/lib/states";
import type { Campaign, CampaignStats } from "@/lib/types";
import { CampaignActions } from "./actions";
import { Flow } from "./flow";
import { HeldCard } from "./held-card";
import { Ledger } from "./ledger";
import { Reasons } from "./reasons";
import { ReplaceContent } from "./replace-content";
import { SeriesCard } from "./series-card";
import { SpendCard } from "./spend-card";
import { Summary } from "./summary";
import { VariantsCard } from "./variants-card";

export function MonitorScreen({ id }: { id: string }) {
  const campaign = useCampaign(id);
  const stats = useStats(id, campaign.data !== undefined && campaign.data.status !== "draft");
  useFollowStatus(id, campaign.data?.status, stats.data?.status);
  if (!campaign.data) return <Unready card query={campaign} skeleton={<MonitorSkeleton />} />;
  return (
    <>
      <MonitorHeader campaign={campaign.data} stats={stats.data} />
      {campaign.data.status === "draft" ? null : <Unready card query={stats} skeleton={<MonitorSkeleton />} />}
      {stats.data ? <MonitorBody campaign={campaign.data} stats={stats.data} /> : null}
    </>
  );
}

function MonitorHeader({ campaign, stats }: { campaign: Campaign; stats?: CampaignStats }) {
  const t = useTranslations();
  const format = useFormat();
  const wordsOf = useStopReason();
  const status = stats?.status ?? campaign.status;
  const since = status === "scheduled" ? t("campaigns.scheduledFor", { at: format.dateTime(campaign.scheduled_at) }) : campaign.launched_at && format.dateTime(campaign.launched_at);
  return (
    <>
      <PageHeader
        back={<BackLink href="/campaigns">{t("campaigns.list")}</BackLink>}
        title={
          <span className="flex flex-wrap items-center gap-3">
            {campaign.name}
            <StatusBadge status={status} />
          </span>
        }
        note={[t(`purpose.${campaign.purpose}`), campaign.steps.map((step) => t(`channel.${step.channel}`)).join(" → "), since].filter(Boolean).join(" · ")}
        actions={
          status === "draft" ? (
            <Button asChild>
              <Link href={`/campaigns/${campaign.id}/edit`}>
                <Pencil aria-hidden />
                {t("monitor.edit")}
              </Link>
            </Button>
          ) : (
            <>
              <ReplaceContent campaign={campaign} status={status} waiting={stats?.queued ?? 0} />
              <CampaignActions id={campaign.id} status={status} failed={stats?.failed ?? 0} held={campaign.needs_approval} />
            </>
          )
        }
      />
      {(status === "stopped" || status === "paused") && campaign.stop_reason ? <StoppedNotice words={wordsOf(campaign.stop_reason)} /> : null}
      {campaign.needs_approval ? <HeldCard id={campaign.id} /> : null}
    </>
  );
}

function StoppedNotice({ words }: { words: StopWords }) {
  const t = useTranslations("monitor");
  return (
    <Notice tone="bad" icon={<OctagonAlert aria-hidden />} title={t("stopped")} className="mb-5">
      <p data-testid="stop-reason">{words.title}</p>
      {words.advice ? <p className="mt-1">{words.advice}</p> : null}
    </Notice>
  );
}

function MonitorBody({ campaign, stats }: { campaign: Campaign; stats: CampaignStats }) {
  const live = !isFinal(stats.status);
  const series = useSeries(campaign.id, live);
  return (
    <div className="grid gap-5">
      <Summary stats={stats} tracked={campaign.steps.some(({ body }) => hasLink(body ?? ""))} />
      {campaign.ab ? <VariantsCard id={campaign.id} status={stats.status} /> : null}
      <div className="grid gap-5 lg:grid-cols-3">
        <SeriesCard series={series.data} className="lg:col-span-2" />
        <Reasons stats={stats} />
      </div>
      <div className="grid gap-5 lg:grid-cols-3">
        <div className="grid min-w-0 lg:col-span-2"><Flow campaign={campaign} stats={stats} /></div>
        <SpendCard stats={stats} />
      </div>
      <CampaignLaw id={campaign.id} name={campaign.name} status={stats.status} />
      <Ledger id={campaign.id} steps={campaign.steps} live={live} unknown={stats.unknown} />
    </div>
  );
}

function MonitorSkeleton() {
  return (
    <div role="status" className="grid gap-5">
      <Skeleton className="h-9 w-72" />
      <Skeleton className="h-48" />
      <div className="grid gap-5 lg:grid-cols-3">
        <Skeleton className="h-72 lg:col-span-2" />
        <Skeleton className="h-72" />
      </div>
    </div>
  );
}
