"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { KakaoBubble } from "@/components/campaigns/phone-preview";
import { PictureOf } from "@/components/campaigns/picture-field";
import { Button } from "@/components/ui/button";
import { Deciders } from "@/components/ui/deciders";
import { Sheet } from "@/components/ui/dialog";
import { Notice, Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { Unready } from "@/components/ui/unready";
import { useDecide, useExactPreview, type Approval } from "@/lib/compliance";
import { useFormat } from "@/lib/format";
import { useCan, useMe } from "@/lib/session";
import type { CampaignPreview, PreviewStep } from "@/lib/types";
import { VerdictList } from "./verdict-list";

/** What a second person decides about: exactly what would be sent, to how many, and what the rules say of it. */
export function ApprovalSheet({ approval, onClose }: { approval: Approval | null; onClose: () => void }) {
  const t = useTranslations("compliance.approval");
  return (
    <Sheet open={approval !== null} onOpenChange={(next) => !next && onClose()} title={approval?.campaign_name ?? t("look")} description={t("sheetNote")} className="sm:w-[36rem]" data-testid="approval-sheet">
      {approval ? <Content key={approval.id} approval={approval} onClose={onClose} /> : null}
    </Sheet>
  );
}

function Content({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const t = useTranslations("compliance.approval");
  const preview = useExactPreview(approval.campaign_id, true);
  return (
    <div className="grid gap-5">
      {approval.current ? null : <Notice tone="warn">{t("changedNote")}</Notice>}
      {approval.note ? <Notice tone="info" title={t("askerSays")}>{approval.note}</Notice> : null}
      <Unready query={preview} skeleton={<Skeleton className="h-72" />} />
      {preview.data ? <Exact preview={preview.data} /> : null}
      {approval.state === "requested" && approval.current && preview.data ? <Decide approval={approval} onClose={onClose} /> : null}
    </div>
  );
}

function Exact({ preview }: { preview: CampaignPreview }) {
  const t = useTranslations("compliance.approval");
  const format = useFormat();
  return (
    <>
      <p className="text-[0.95rem]">
        {t.rich("toHowMany", { count: format.total(preview.audience), b: (words) => <strong className="text-lg text-seal">{words}</strong> })}
        {preview.contact?.name ? <span className="block text-[0.84rem] text-ink-3">{t("asFor", { name: preview.contact.name })}</span> : null}
      </p>
      <ol className="grid gap-4">
        {preview.steps.map((step) => <Step key={step.position} step={step} />)}
      </ol>
      <section>
        <h3 className="mb-2 font-semibold">{t("rulesSay")}</h3>
        <VerdictList verdicts={preview.compliance.verdicts} />
      </section>
    </>
  );
}

function Step({ step }: { step: PreviewStep }) {
  const t = useTranslations();
  const format = useFormat();
  const kakao = step.kind === "alimtalk" || step.kind === "brand";
  return (
    <li>
      <p className="mb-1.5 flex flex-wrap justify-between gap-x-3 text-[0.84rem] text-ink-3">
        <span>{t(`channel.${step.channel}`)} · {step.sender}</span>
        <span>{format.number(step.bytes)} / {format.number(step.limit)}</span>
      </p>
      <div className="rounded-xl bg-sunken p-4" data-testid="approval-text">
        {kakao ? (
          <KakaoBubble text={step.text} buttons={step.buttons} brand={step.kind === "brand"} imageId={step.image_id} wide={step.image_wide} />
        ) : (
          <div className="w-fit max-w-full rounded-2xl rounded-tl-md bg-raised px-3.5 py-2.5 text-[0.95rem] leading-relaxed shadow-1">
            {step.image_id ? <PictureOf imageId={step.image_id} className="mb-2.5 w-full rounded-xl" /> : null}
            {step.subject ? <p className="mb-1 font-semibold">{step.subject}</p> : null}
            <p className="break-words whitespace-pre-wrap">{step.text}</p>
          </div>
        )}
      </div>
    </li>
  );
}

function Decide({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const t = useTranslations("compliance.approval");
  const { manage } = useCan();
  const me = useMe().data;
  const decide = useDecide();
  const [note, setNote] = useState("");
  const own = approval.requested_by === me?.id;
  const run = (decision: "approve" | "refuse") =>
    decide.mutate({ id: approval.id, decision, note: note.trim() }, {
      onSuccess: () => {
        toast.success(t(decision === "approve" ? "approved" : "refused"));
        onClose();
      },
    });
  if (!manage || own) {
    return (
      <Notice tone="warn" title={t(own ? "own" : "onlyAdmins")}>
        <div className="mt-2"><Deciders except={approval.requested_by} /></div>
      </Notice>
    );
  }
  const pending = (decision: string) => decide.isPending && decide.variables?.decision === decision;
  return (
    <div className="sticky -bottom-6 -mx-6 -mb-6 grid gap-3 border-t border-line bg-raised px-6 py-4">
      <Field label={t("reason")} hint={t("reasonHint")} error={decide.error?.message}>
        <Textarea value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} className="min-h-16" data-testid="decision-note" />
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="danger-ghost" disabled={!note.trim() || decide.isPending} loading={pending("refuse")} onClick={() => run("refuse")} data-testid="approval-refuse">
          <CircleX aria-hidden />
          {t("refuse")}
        </Button>
        <Button disabled={decide.isPending} loading={pending("approve")} onClick={() => run("approve")} data-testid="approval-approve">
          <CircleCheck aria-hidden />
          {t("approve")}
        </Button>
      </div>
    </div>
  );
}
