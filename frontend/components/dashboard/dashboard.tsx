"use client";

import { FileUp } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { CampaignTable, CreateCampaignButton } from "@/components/campaigns/campaign-list";
import { QuotaGauge } from "@/components/settings/quota-gauge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useMe } from "@/lib/session";
import { useOverview, useQuota } from "@/lib/settings";
import type { Overview } from "@/lib/types";
import { DailyChart } from "./daily-chart";
import { FirstRun } from "./first-run";

const DAYS = 14;

/** The last days up to today, as Korean calendar days. */
function lastDays(count: number): { from: string; to: string } {
  const day = (daysAgo: number) =>
    new Date(Date.now() + 9 * 3600_000 - daysAgo * 86_400_000).toISOString().slice(0, 10);
  return { from: day(count - 1), to: day(0) };
}

export function Dashboard() {
  const t = useTranslations();
  const me = useMe();
  const [range] = useState(() => lastDays(DAYS));
  const overview = useOverview(range.from, range.to);
  const first = overview.data ? overview.data.totals.contacts === 0 || overview.data.recent_campaigns.length === 0 : false;
  return (
    <>
      <PageHeader
        title={me.data ? t("dashboard.hello", { name: me.data.name }) : <Skeleton className="h-9 w-56" />}
        note={t("dashboard.note")}
        actions={
          overview.data && !first ? (
            <>
              <Button asChild variant="secondary">
                <Link href="/contacts/import">
                  <FileUp aria-hidden />
                  {t("contacts.upload")}
                </Link>
              </Button>
              <CreateCampaignButton />
            </>
          ) : undefined
        }
      />
      <Unready card query={overview} skeleton={<DashboardSkeleton />} />
      {overview.data ? (
        <div className="grid gap-5">
          {first ? <FirstRun contacts={overview.data.totals.contacts} /> : null}
          {overview.data.totals.contacts > 0 ? <Numbers overview={overview.data} range={range} /> : null}
        </div>
      ) : null}
    </>
  );
}

function Numbers({ overview, range }: { overview: Overview; range: { from: string; to: string } }) {
  return (
    <>
      <Totals totals={overview.totals} />
      <div className="grid items-stretch gap-5 lg:grid-cols-3">
        <DailyChart daily={overview.daily} range={range} className="lg:col-span-2" />
        <QuotaCard />
      </div>
      <RecentCampaigns overview={overview} />
    </>
  );
}

function Totals({ totals }: { totals: Overview["totals"] }) {
  const t = useTranslations("dashboard");
  const format = useFormat();
  const tiles = [
    { key: "contacts", value: format.number(totals.contacts), note: t("contactsNote", { count: format.number(totals.reachable) }), href: "/contacts" },
    { key: "messages", value: format.number(totals.messages), note: t("messagesNote", { days: DAYS }), href: "/campaigns" },
    { key: "delivered", value: format.percent(totals.delivered_rate), note: t("deliveredNote", { count: format.number(totals.delivered) }), href: "/campaigns" },
    { key: "optOuts", value: format.number(totals.opt_outs), note: t("optOutsNote"), href: "/opt-outs" },
  ] as const;
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-xl border border-line bg-surface shadow-1 lg:grid-cols-4">
      {tiles.map((tile) => (
        <Link key={tile.key} href={tile.href} className="border-line p-5 transition-colors hover:bg-hover/50 max-lg:nth-[n+3]:border-t max-lg:even:border-l lg:not-first:border-l">
          <dt className="text-[0.9rem] text-ink-3">{t(tile.key)}</dt>
          <dd className="mt-1 text-[1.75rem] leading-tight font-bold tracking-tight sm:text-[2rem]" data-testid={`total-${tile.key}`}>{tile.value}</dd>
          <dd className="mt-1 text-[0.84rem] text-ink-3">{tile.note}</dd>
        </Link>
      ))}
    </dl>
  );
}

function QuotaCard() {
  const t = useTranslations("quota");
  const quota = useQuota();
  return (
    <Card className="flex flex-col">
      <CardHeader title={t("title")} action={<Link href="/settings/quota" className="text-[0.87rem] text-seal hover:underline">{t("change")}</Link>} />
      <div className="flex flex-1 flex-col justify-center px-5 pb-5">
        {quota.data ? <QuotaGauge quota={quota.data} /> : <Unready query={quota} skeleton={<Skeleton className="h-40" />} className="py-4" />}
      </div>
    </Card>
  );
}

function RecentCampaigns({ overview }: { overview: Overview }) {
  const t = useTranslations();
  return (
    <Card className="overflow-hidden pb-1">
      <CardHeader
        title={t("dashboard.recent")}
        action={<Link href="/campaigns" className="text-[0.87rem] text-seal hover:underline">{t("common.viewAll")}</Link>}
      />
      {overview.recent_campaigns.length > 0 ? (
        <CampaignTable items={overview.recent_campaigns.slice(0, 5)} />
      ) : (
        <p className="px-5 py-8 text-[0.93rem] text-ink-3">{t("dashboard.recentEmpty")}</p>
      )}
    </Card>
  );
}

function DashboardSkeleton() {
  return (
    <div role="status" className="grid gap-5">
      <Skeleton className="h-28" />
      <div className="grid gap-5 lg:grid-cols-3">
        <Skeleton className="h-80 lg:col-span-2" />
        <Skeleton className="h-80" />
      </div>
      <Skeleton className="h-64" />
    </div>
  );
}
