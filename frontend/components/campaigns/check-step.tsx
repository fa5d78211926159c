"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { CircleCheck, CornerDownRight, OctagonAlert, Scale, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Failure, Notice, SkeletonRows } from "@/components/ui/feedback";
import { missing, type Draft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import type { CampaignPreview, PreviewStep, Verdict } from "@/lib/types";
import { LaunchPanel } from "./launch-panel";
import { TrialSend } from "./trial-send";

export function CheckStep({ draft, preview }: { draft: Draft; preview: UseQueryResult<CampaignPreview> }) {
  const t = useTranslations("wizard");
  const needs = missing(draft);
  if (needs.length > 0) {
    return (
      <Notice tone="warn" icon={<TriangleAlert aria-hidden />} title={t("needs")}>
        {needs.map((need) => t(`need${need}`)).join(", ")}
      </Notice>
    );
  }
  if (preview.isError) return <Card><Failure error={preview.error} onRetry={() => preview.refetch()} /></Card>;
  if (!preview.data) return <Card><SkeletonRows /></Card>;
  return (
    <>
      <Law verdicts={preview.data.compliance.verdicts} />
      <Card className="pb-2">
        <CardHeader title={t("checkTitle")} note={preview.data.contact?.name ? t("previewFor", { name: preview.data.contact.name }) : undefined} />
        <ol className="divide-y divide-line">
          {preview.data.steps.map((step) => <RenderedStep key={step.position} step={step} />)}
        </ol>
      </Card>
    </>
  );
}

function RenderedStep({ step }: { step: PreviewStep }) {
  const t = useTranslations();
  const format = useFormat();
  const kakao = step.kind === "alimtalk" || step.kind === "brand";
  const size = kakao
    ? t("wizard.characters", { count: format.number(step.bytes), limit: format.number(step.limit) })
    : t("wizard.bytes", { bytes: format.number(step.bytes), limit: format.number(step.limit) });
  const kind = step.kind === "sms" || step.kind === "lms" || step.kind === "mms" ? t(`channel.${step.kind}`) : t(`channel.kakao_${step.kind}`);
  return (
    <li className="px-5 py-4" data-testid={`check-step-${step.position}`}>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.87rem] text-ink-3">
        {step.position > 1 ? <CornerDownRight className="size-4 text-persimmon" aria-label={t("wizard.fallback")} /> : null}
        <Badge tone="seal">{kind}</Badge>
        <span>{step.sender}</span>
        <span className={step.bytes > step.limit ? "font-medium text-bad-ink" : ""}>{size}</span>
        <span>{t("wizard.perMessage", { cost: format.won(step.cost_krw) })}</span>
      </p>
      <div className="mt-2.5 rounded-lg bg-sunken px-4 py-3">
        {step.subject ? <p className="mb-1 font-semibold">{step.subject}</p> : null}
        <p className="break-words whitespace-pre-wrap">{step.text}</p>
      </div>
      {step.unfilled.length > 0 ? (
        <p className="mt-2 text-[0.87rem] text-warn-ink">
          {t("wizard.unfilled", { names: step.unfilled.join(", ") })} {t("wizard.unfilledNote")}
        </p>
      ) : null}
      {step.unsendable_characters.length > 0 ? (
        <p className="mt-2 text-[0.87rem] text-bad-ink">{t("wizard.unsendable")}: {step.unsendable_characters.join(" ")}</p>
      ) : null}
    </li>
  );
}

function Law({ verdicts }: { verdicts: Verdict[] }) {
  const t = useTranslations("wizard");
  const blocked = verdicts.some((verdict) => verdict.severity === "block");
  return (
    <Card className="pb-4" data-testid="compliance">
      <CardHeader
        title={<span className="inline-flex items-center gap-2"><Scale className="size-4.5 text-seal" aria-hidden />{t("law")}</span>}
        action={<Badge tone={blocked ? "bad" : verdicts.length ? "warn" : "good"}>{t(blocked ? "lawBlocked" : verdicts.length ? "lawWarn" : "lawOk")}</Badge>}
      />
      {verdicts.length === 0 ? (
        <p className="flex items-center gap-2 px-5 pt-2 text-[0.93rem] text-good-ink">
          <CircleCheck className="size-4.5" aria-hidden />
          {t("lawOk")}
        </p>
      ) : (
        <ul className="mt-2 grid gap-2 px-5">
          {verdicts.map((verdict, index) => <VerdictLine key={index} verdict={verdict} />)}
        </ul>
      )}
    </Card>
  );
}

function VerdictLine({ verdict }: { verdict: Verdict }) {
  const block = verdict.severity === "block";
  return (
    <li>
      <Notice tone={block ? "bad" : "warn"} icon={block ? <OctagonAlert aria-hidden /> : <TriangleAlert aria-hidden />}>
        <p className="font-medium">{verdict.message}</p>
        {verdict.article ? <p className="mt-0.5 text-[0.84rem] opacity-80">{verdict.article}</p> : null}
      </Notice>
    </li>
  );
}

interface CheckSideProps {
  id: string | null;
  draft: Draft;
  preview?: CampaignPreview;
  onSaved: (id: string) => void;
}

export function CheckSide({ id, draft, preview, onSaved }: CheckSideProps) {
  const t = useTranslations("wizard");
  const format = useFormat();
  if (!preview || missing(draft).length > 0) return null;
  const short = preview.audience.value - preview.quota.remaining;
  return (
    <Card className="p-5">
      <p className="text-[0.87rem] text-ink-3">{t("recipients")}</p>
      <p className="text-[2.6rem] leading-tight font-bold tracking-tight text-seal">
        {format.total(preview.audience)}
        <span className="ml-1 text-lg font-semibold text-ink-2">{t("audienceUnit")}</span>
      </p>
      <dl className="mt-4 grid gap-3 border-t border-line pt-4 text-[0.93rem]">
        <div className="flex justify-between gap-3">
          <dt className="text-ink-3">
            {t("cost")}
            <span className="block text-xs">{t("costNote")}</span>
          </dt>
          <dd className="text-lg font-semibold" data-testid="estimated-cost">{format.won(preview.estimated_cost_krw)}</dd>
        </div>
        <div className="flex justify-between gap-3">
          <dt className="text-ink-3">{t("quota")}</dt>
          <dd className={short > 0 ? "font-semibold text-bad-ink" : "font-semibold"}>{format.number(preview.quota.remaining)}</dd>
        </div>
      </dl>
      {short > 0 ? <Notice tone="bad" className="mt-4">{t("quotaShort", { count: format.number(short) })}</Notice> : null}
      <LaunchPanel id={id} draft={draft} preview={preview} onSaved={onSaved} />
      <TrialSend id={id} draft={draft} onSaved={onSaved} />
    </Card>
  );
}
