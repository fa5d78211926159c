"use client";

import { useTranslations } from "use-intl";
import { RecipientBar } from "@/components/campaigns/recipient-bar";
import { Dot } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { useFormat } from "@/lib/format";
import { isRunning, RECIPIENT_STATES } from "@/lib/states";
import type { CampaignStats } from "@/lib/types";
import { cn } from "@/lib/utils";

const SHOWN = RECIPIENT_STATES.filter(({ state }) => state !== "sending");

/** How long it took, or has taken; while it rests nothing takes time. */
function elapsedSeconds(stats: CampaignStats): number | null {
  if (!stats.started_at || !(stats.finished_at || isRunning(stats.status))) return null;
  const end = stats.finished_at ?? stats.updated_at;
  return end ? Math.max(0, (Date.parse(end) - Date.parse(stats.started_at)) / 1000) : null;
}

interface SummaryProps {
  stats: CampaignStats;
  /** A text holds a link, so that opening can be told. */
  tracked: boolean;
}

export function Summary({ stats, tracked }: SummaryProps) {
  const t = useTranslations("monitor");
  const format = useFormat();
  const open = stats.queued + stats.sending;
  const percent = stats.recipients > 0 ? (stats.recipients - open) / stats.recipients : 0;
  const elapsed = elapsedSeconds(stats);
  return (
    <Card className="p-5 sm:p-6">
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <div>
          <p className="flex items-center gap-2 text-[0.87rem] text-ink-3">
            {isRunning(stats.status) ? <Dot tone="persimmon" live /> : null}
            {t("progress")}
            {stats.updated_at ? <span>· {t("updatedAt", { time: format.clock(stats.updated_at) })}</span> : null}
          </p>
          <p className="mt-1 flex items-baseline gap-2">
            <span className="text-[2.9rem] leading-none font-bold tracking-tight text-seal">{Math.floor(percent * 100)}<span className="text-2xl">%</span></span>
            <span className="text-ink-3">{t("ofRecipients", { recipients: format.number(stats.recipients) })}</span>
          </p>
        </div>
        <dl className="grid w-full grid-cols-2 gap-x-8 gap-y-3 sm:flex sm:w-auto sm:flex-wrap">
          <Figure label={t("deliveredRate")} value={format.percent(stats.delivered_rate)} testId="monitor-rate" />
          {tracked || stats.clicked > 0 ? (
            <Figure label={t("openRate")} value={format.percent(stats.open_rate)} note={t("opened", { count: format.number(stats.clicked) })} testId="monitor-open-rate" />
          ) : null}
          <Figure label={t("speed")} value={t("perSecond", { count: format.number(Math.round(stats.messages_per_second)) })} />
          <Figure label={t("elapsed")} value={elapsed === null ? "–" : format.duration(elapsed)} />
        </dl>
      </div>
      <RecipientBar counts={stats} className="mt-5 h-4 gap-0.5" />
      <Legend stats={stats} />
    </Card>
  );
}

function Figure({ label, value, note, testId }: { label: string; value: string; note?: string; testId?: string }) {
  return (
    <div>
      <dt className="text-[0.84rem] text-ink-3">{label}</dt>
      <dd className="text-xl font-semibold" data-testid={testId}>{value}</dd>
      {note ? <dd className="text-xs text-ink-3">{note}</dd> : null}
    </div>
  );
}

function Legend({ stats }: { stats: CampaignStats }) {
  const t = useTranslations("recipientState");
  const format = useFormat();
  return (
    <dl className="mt-5 grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
      {SHOWN.map(({ state, className }) => {
        const value = state === "sent" ? stats.sent + stats.sending : stats[state];
        return (
          <div key={state} className="flex gap-2.5">
            <span aria-hidden className={cn("mt-1.5 size-2.5 shrink-0 rounded-[3px]", className)} />
            <div>
              <dt className="text-[0.84rem] text-ink-3">{t(state)}</dt>
              <dd className={cn("text-xl leading-tight font-bold", value === 0 && "font-medium text-ink-3/60")} data-testid={`monitor-${state}`}>
                {format.number(value)}
              </dd>
            </div>
          </div>
        );
      })}
    </dl>
  );
}
