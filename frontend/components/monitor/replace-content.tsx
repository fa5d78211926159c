"use client";

import { PenLine, PauseCircle } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Refused } from "@/components/campaigns/refused";
import { BrandEditor } from "@/components/campaigns/brand-editor";
import { STEP_LABEL } from "@/components/campaigns/message-step";
import { TextEditor } from "@/components/campaigns/text-editor";
import { Button } from "@/components/ui/button";
import { DialogFooter, Sheet } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { Select } from "@/components/ui/select";
import { useReplaceContent } from "@/lib/campaigns";
import { hasContent, isSendable, isText, isWritten, readStep, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import type { Campaign, CampaignStatus, Variant } from "@/lib/types";

const REPLACEABLE: CampaignStatus[] = ["scheduled", "sending", "paused", "stopped"];

/** A text that can still be changed: a step's own, or the second one of the first step. */
interface Written {
  key: string;
  position: number;
  variant: Variant;
  step: StepDraft;
}

/** A Kakao template is sent as it was reviewed: only what was written here can be changed. */
function textsOf({ steps, ab }: Campaign): Written[] {
  return steps.filter((step) => isWritten(readStep(step))).flatMap((step) => {
    const first = { key: `${step.position}a`, position: step.position, variant: "a" as const, step: readStep(step) };
    const other = ab && step.variant_b;
    if (!other) return [first];
    const words = { ...first.step, subject: other.subject ?? "", body: other.body };
    return [first, { ...first, key: `${step.position}b`, variant: "b" as const, step: words }];
  });
}

/** Changes what those who still wait will get. */
export function ReplaceContent({ campaign, status, waiting }: { campaign: Campaign; status: CampaignStatus; waiting: number }) {
  const t = useTranslations("replaceContent");
  const [open, setOpen] = useState(false);
  const texts = textsOf(campaign);
  if (!REPLACEABLE.includes(status) || texts.length === 0) return null;
  return (
    <>
      <Button variant="secondary" onClick={() => setOpen(true)} data-testid="content-replace">
        <PenLine aria-hidden />
        {t("button")}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title={t("title")} description={t("note")} className="sm:w-[36rem]" data-testid="content-sheet">
        {campaign.purpose === "election_campaign" ? <p className="mb-4 text-[0.95rem] text-ink-2" data-testid="content-counts">{t("counts")}</p> : null}
        <Texts id={campaign.id} texts={texts} waiting={waiting} onClose={() => setOpen(false)} />
      </Sheet>
    </>
  );
}

interface TextsProps {
  id: string;
  texts: Written[];
  waiting: number;
  onClose: () => void;
}

function Texts({ id, texts, waiting, onClose }: TextsProps) {
  const t = useTranslations();
  const format = useFormat();
  const [key, setKey] = useState(texts[0]!.key);
  const written = texts.find((one) => one.key === key) ?? texts[0]!;
  const split = texts.some(({ variant }) => variant === "b");
  const nameOf = ({ position, variant, step }: Written) =>
    [`${position}.`, t(`wizard.${STEP_LABEL[step.channel]}`), split && position === 1 ? t(`split.name.${variant}`) : ""].join(" ").trim();
  return (
    <div className="grid gap-4">
      <Notice icon={<PauseCircle aria-hidden />}>{waiting > 0 ? t("replaceContent.pauses", { count: format.number(waiting) }) : t("replaceContent.pausesFirst")}</Notice>
      {texts.length > 1 ? (
        <Select value={key} onValueChange={setKey} aria-label={t("replaceContent.which")} options={texts.map((one) => ({ value: one.key, label: nameOf(one) }))} data-testid="content-which" />
      ) : null}
      <Editor key={written.key} id={id} written={written} onClose={onClose} />
    </div>
  );
}

function Editor({ id, written, onClose }: { id: string; written: Written; onClose: () => void }) {
  const t = useTranslations();
  const replace = useReplaceContent(id);
  const [step, setStep] = useState(written.step);
  const changed = step.body !== written.step.body || step.subject !== written.step.subject;
  const change = (part: Partial<StepDraft>) => setStep((before) => ({ ...before, ...part }));
  const save = () =>
    replace.mutate(
      { position: written.position, variant: written.variant, body: step.body, subject: step.subject.trim() || null },
      {
        onSuccess: ({ needs_approval: held }) => {
          toast.success(t(held ? "replaceContent.held" : "replaceContent.done"));
          onClose();
        },
      },
    );
  return (
    <>
      <div>
        {isText(step) ? <TextEditor step={step} keepsPicture onChange={change} /> : <BrandEditor step={step} wordsOnly onChange={change} />}
      </div>
      {replace.error ? <Refused error={replace.error} testId="content-refused" /> : null}
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button disabled={!changed || !hasContent(step) || !isSendable(step)} loading={replace.isPending} onClick={save} data-testid="content-save">{t("replaceContent.save")}</Button>
      </DialogFooter>
    </>
  );
}
