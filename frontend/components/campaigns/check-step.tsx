"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { CornerDownRight, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Failure, Notice } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useApprovals } from "@/lib/approvals";
import { missing, ownVariables, pictureUse, type Draft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useSenders } from "@/lib/settings";
import type { CampaignPreview, Declarations, Id, PreviewStep, Variant } from "@/lib/types";
import { ApprovalCard } from "./approval-card";
import { DeclarationsCard } from "./declarations-card";
import { PictureOf } from "./picture-field";
import { Verdicts } from "./verdicts";

export interface CheckProps {
  id: Id | null;
  draft: Draft;
  declared: Declarations;
  preview: UseQueryResult<CampaignPreview>;
  /** The preview speaks of what is on the screen now. */
  fresh: boolean;
  /** The screen has moved on since the last save. */
  changed: boolean;
  people: ReactNode;
  save: () => Promise<Id>;
  onDraft: (part: Partial<Draft>) => void;
  onDeclared: (declared: Declarations) => void;
}

export function CheckStep(props: CheckProps) {
  const { draft, preview } = props;
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
  if (!preview.data) return <Unready card query={preview} />;
  return <Checked {...props} preview={preview.data} />;
}

/** Something was asked of a second person, or has to be. */
function useApprovalWanted(id: Id | null, preview: CampaignPreview) {
  const needed = preview.compliance.needs_second_person;
  const approvals = useApprovals(id, needed);
  return { needed, approvals: approvals.data };
}

function Checked({ id, draft, declared, preview, fresh, changed, people, save, onDraft, onDeclared }: Omit<CheckProps, "preview"> & { preview: CampaignPreview }) {
  const t = useTranslations("wizard");
  const [open, setOpen] = useState(false);
  const { needed, approvals } = useApprovalWanted(id, preview);
  const declare = (field: string) => {
    setOpen(true);
    requestAnimationFrame(() => document.getElementById(`declared-${field.replaceAll("_", "-")}`)?.focus());
  };
  return (
    <>
      <div className={fresh ? undefined : "opacity-60 transition-opacity"} aria-busy={!fresh}>
        <Verdicts
          preview={preview}
          written={{ draft, declared }}
          onMend={(mended) => {
            if (mended.draft !== draft) onDraft({ steps: mended.draft.steps, split: mended.draft.split, scheduledAt: mended.draft.scheduledAt });
            if (mended.declared !== declared) onDeclared(mended.declared);
          }}
          onDeclare={declare}
        />
      </div>
      {needed ? <ApprovalCard approvals={approvals} id={id} changed={changed} save={save} /> : null}
      <DeclarationsCard declared={declared} onChange={onDeclared} open={open} onOpenChange={setOpen} />
      <Card className="pb-2">
        <CardHeader title={t("checkTitle")} note={preview.contact?.name ? t("previewFor", { name: preview.contact.name }) : undefined} action={people} />
        <OthersNote draft={draft} />
        <ol className="divide-y divide-line">
          {shownSteps(preview).map(({ step, variant }) => <RenderedStep key={`${step.position}${variant}`} step={step} variant={variant} />)}
        </ol>
      </Card>
    </>
  );
}

/** The wording was judged with one person's values; what a field says of another is that person's own. */
function OthersNote({ draft }: { draft: Draft }) {
  const t = useTranslations("wizard");
  const names = ownVariables(draft);
  if (names.length === 0) return null;
  return <p className="px-5 pb-3 text-[0.87rem] text-ink-3" data-testid="check-others">{t("othersNote", { names: names.map((name) => `#{${name}}`).join(", ") })}</p>;
}

interface ShownStep {
  step: PreviewStep;
  variant: Variant | null;
}

/** The second text stands behind the first. */
function shownSteps({ steps: [first, ...later], variant_b: other }: CampaignPreview): ShownStep[] {
  const texts: ShownStep[] = first ? [{ step: first, variant: other ? "a" : null }] : [];
  if (other) texts.push({ step: other, variant: "b" });
  return [...texts, ...later.map((step) => ({ step, variant: null }))];
}

function RenderedStep({ step, variant }: { step: PreviewStep; variant: Variant | null }) {
  const t = useTranslations();
  const format = useFormat();
  const kakao = step.kind === "alimtalk" || step.kind === "brand";
  // A channel is known by its name; its key says nothing to anybody.
  const sender = useSenders().data?.find((one) => kakao && one.value === step.sender);
  const size = kakao
    ? t("wizard.characters", { count: format.number(step.bytes), limit: format.number(step.limit) })
    : t("wizard.bytes", { bytes: format.number(step.bytes), limit: format.number(step.limit) });
  const became = step.channel === "sms" && step.kind === "lms";
  return (
    <li className="px-5 py-4" data-testid={`check-step-${step.position}${variant === "b" ? "b" : ""}`}>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.87rem] text-ink-3">
        {step.position > 1 ? <CornerDownRight className="size-4 text-persimmon" aria-label={t("wizard.fallback")} /> : null}
        {variant ? <Badge tone={variant === "a" ? "seal" : "persimmon"}>{t(`split.name.${variant}`)}</Badge> : null}
        <Badge tone="seal" data-testid={`check-kind-${step.position}${variant === "b" ? "b" : ""}`}>{t(`kind.${step.kind}`)}</Badge>
        <span>{sender?.label || step.sender}</span>
        <span className={step.bytes > step.limit ? "font-medium text-bad-ink" : ""}>{size}</span>
        <span className="ml-auto" data-testid={`check-cost-${step.position}${variant === "b" ? "b" : ""}`}>
          {t("wizard.perMessage", { cost: format.won(step.cost_krw) })}
          {variant ? null : ` · ${t(step.position > 1 ? "wizard.atMost" : "wizard.forAll", { cost: format.won(step.total_krw) })}`}
        </span>
      </p>
      {became ? <p className="mt-1.5 text-[0.87rem] text-persimmon-ink" data-testid={`became-lms-${step.position}${variant === "b" ? "b" : ""}`}>{t("wizard.becameLms")}</p> : null}
      <div className="mt-2.5 rounded-lg bg-sunken px-4 py-3">
        {step.image_id ? <PictureOf imageId={step.image_id} use={pictureUse(step.channel, step.image_wide)} className="mb-3 w-40 rounded-md" /> : null}
        {step.subject ? <p className="mb-1 font-semibold">{step.subject}</p> : null}
        <p className="break-words whitespace-pre-wrap">{step.text}</p>
        {step.buttons.length > 0 ? (
          <ul className="mt-3 flex flex-wrap gap-1.5">
            {step.buttons.map((button, index) => (
              <li key={index} className="rounded-md border border-line bg-raised px-2.5 py-1 text-[0.87rem]">{button.name}</li>
            ))}
          </ul>
        ) : null}
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
