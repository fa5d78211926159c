"use client";

import { ArrowRight, CornerDownRight } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card, CardHeader } from "@/components/ui/card";
import { StackedBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import type { Campaign, CampaignStats } from "@/lib/types";

type StepStats = NonNullable<CampaignStats["steps"]>[number];

/** How people moved from channel to channel. */
export function Flow({ campaign, stats }: { campaign: Campaign; stats: CampaignStats }) {
  const t = useTranslations("monitor");
  const format = useFormat();
  const steps = [...(stats.steps ?? [])].sort((a, b) => a.position - b.position);
  if (steps.length === 0) return null;
  const { started, delivered } = stats.fallback;
  const note =
    campaign.steps.length < 2
      ? t("flowSingle")
      : started === 0
        ? t("flowNone")
        : `${t("flowStarted", { count: format.number(started) })} · ${t("flowDelivered", { count: format.number(delivered) })}`;
  return (
    <Card className="pb-5">
      <CardHeader title={t("flow")} note={<span data-testid="monitor-fallback">{note}</span>} />
      <ol className="mt-3 flex flex-col gap-3 px-5 md:flex-row md:items-stretch">
        {steps.map((step, index) => (
          <li key={step.position} className="flex flex-1 flex-col gap-3 md:flex-row md:items-center">
            {index > 0 ? (
              <span className="text-persimmon" aria-hidden>
                <ArrowRight className="size-5 max-md:hidden" />
                <CornerDownRight className="ml-3 size-5 md:hidden" />
              </span>
            ) : null}
            <StepCard step={step} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function StepCard({ step }: { step: StepStats }) {
  const t = useTranslations();
  const format = useFormat();
  const waiting = Math.max(0, step.sent - step.delivered - step.failed);
  const parts = [
    { key: "delivered", value: step.delivered, className: "bg-seal", label: t("monitor.delivered") },
    { key: "waiting", value: waiting, className: "bg-seal/35", label: t("recipientState.sent") },
    { key: "failed", value: step.failed, className: "bg-persimmon", label: t("monitor.failed") },
  ];
  return (
    <div className="flex-1 rounded-lg border border-line bg-paper/60 p-4">
      <p className="flex items-center gap-2.5 font-medium">
        <span className="grid size-6 place-items-center rounded-full bg-seal text-xs font-bold text-seal-ink">{step.position}</span>
        {t(`channel.${step.channel}`)}
      </p>
      <StackedBar parts={parts} total={step.sent} label={t(`channel.${step.channel}`)} className="mt-3 h-2" />
      <dl className="mt-3 grid grid-cols-3 gap-2 text-[0.84rem]">
        {([["stepSent", step.sent], ["delivered", step.delivered], ["failed", step.failed]] as const).map(([key, value]) => (
          <div key={key}>
            <dt className="text-ink-3">{t(`monitor.${key}`)}</dt>
            <dd className="text-lg font-semibold">{format.number(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
