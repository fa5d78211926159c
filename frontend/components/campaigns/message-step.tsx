"use client";

import { Image as ImageIcon, Megaphone, MessageSquareText, MessageCircleMore, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Menu, MenuItem } from "@/components/ui/menu";
import { inOtherWords, isText, newSplit, newStep, type Draft, type SplitDraft, type StepDraft } from "@/lib/draft";
import type { CampaignPreview, Contact, Total, Variant } from "@/lib/types";
import { cn } from "@/lib/utils";
import { BrandEditor } from "./brand-editor";
import { KakaoEditor } from "./kakao-editor";
import { SplitCard, SplitLost, SplitSwitch, VariantTabs } from "./split-card";
import { TextEditor } from "./text-editor";

const MAX_STEPS = 5;
export const STEP_ICON = { text: MessageSquareText, mms: ImageIcon, kakao_alimtalk: MessageCircleMore, kakao_brand: Megaphone };
export const STEP_LABEL = { text: "text", mms: "mmsStep", kakao_alimtalk: "kakao", kakao_brand: "brand" } as const;

interface MessageStepProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  person?: Contact;
  /** The server's rendering of what stands here now. */
  rendered?: CampaignPreview;
  /** How many the campaign goes to. */
  people?: Total;
  /** Which of two texts is written and shown. */
  variant: Variant;
  onVariant: (variant: Variant) => void;
}

/** One tab per step; each has its own text, the first one may have two. */
export function MessageStep(props: MessageStepProps) {
  const { draft, onChange } = props;
  const t = useTranslations("wizard");
  const [openKey, setOpenKey] = useState(draft.steps[0]?.key);
  const open = draft.steps.find((step) => step.key === openKey) ?? draft.steps[0];
  const setStep = (key: string, part: Partial<StepDraft>) =>
    onChange({ steps: draft.steps.map((step) => (step.key === key ? { ...step, ...part } : step)) });
  const add = (channel: StepDraft["channel"]) => {
    const step = newStep(channel);
    onChange({ steps: [...draft.steps, step] });
    setOpenKey(step.key);
  };
  const remove = (step: StepDraft) =>
    onChange({ steps: draft.steps.filter((one) => one !== step), split: step === draft.steps[0] ? null : draft.split });
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-1.5 border-b border-line px-3 py-2.5">
        <div role="tablist" aria-label={t("stepMessage")} className="flex flex-wrap gap-1.5">
          {draft.steps.map((step, index) => (
            <StepTab key={step.key} step={step} position={index + 1} active={step.key === open?.key} onClick={() => setOpenKey(step.key)} />
          ))}
        </div>
        {draft.steps.length < MAX_STEPS ? <AddStep onAdd={add} /> : null}
      </div>
      {open ? (
        <div className="grid gap-4 p-5" role="tabpanel">
          <SplitLost draft={draft} onChange={onChange} />
          {isText(open) ? (
            <Texts {...props} step={open} onStep={(part) => setStep(open.key, part)} />
          ) : open.channel === "kakao_brand" ? (
            <BrandEditor key={open.key} step={open} last={open === draft.steps.at(-1)} onChange={(part) => setStep(open.key, part)} />
          ) : (
            <KakaoEditor key={open.key} step={open} onChange={(part) => setStep(open.key, part)} />
          )}
          {draft.steps.length > 1 ? (
            <Button
              variant="danger-ghost"
              size="sm"
              className="-ml-3 justify-self-start"
              onClick={() => remove(open)}
            >
              <Trash2 aria-hidden />
              {t("removeStep")}
            </Button>
          ) : null}
        </div>
      ) : null}
    </Card>
  );
}

/** A step's text; of the first step perhaps a second one, written in the same place. */
function Texts({ step, onStep, draft, onChange, person, rendered, people, variant, onVariant }: MessageStepProps & { step: StepDraft; onStep: (part: Partial<StepDraft>) => void }) {
  const isFirst = step === draft.steps[0];
  const split = isFirst ? draft.split : null;
  const other = split !== null && variant === "b";
  const write = (part: Partial<StepDraft>) => {
    if (!split || !other) return onStep(part);
    const { body, subject, ...shared } = part;
    if (Object.keys(shared).length > 0) onStep(shared);
    onChange({ split: { ...split, body: body ?? split.body, subject: subject ?? split.subject } });
  };
  const start = () => {
    onChange({ split: newSplit(step) });
    onVariant("b");
  };
  const setSplit = (next: SplitDraft | null) => {
    onChange({ split: next });
    if (next === null) onVariant("a");
  };
  return (
    <>
      {split ? <div><VariantTabs value={variant} onChange={onVariant} testId="variant" /></div> : null}
      <TextEditor
        key={`${step.key}-${other}`}
        step={split && other ? inOtherWords(step, split) : step}
        person={person}
        rendered={other ? (rendered?.variant_b ?? undefined) : rendered?.steps[draft.steps.indexOf(step)]}
        onChange={write}
      />
      <div className="flex flex-wrap gap-x-6 gap-y-1">
        <PictureSwitch step={step} onChange={onStep} />
        {isFirst && !split ? <SplitSwitch onClick={start} /> : null}
      </div>
      {split ? <SplitCard split={split} people={people} onChange={setSplit} /> : null}
    </>
  );
}

/** A text becomes a picture message and back; its words stay. */
function PictureSwitch({ step, onChange }: { step: StepDraft; onChange: (part: Partial<StepDraft>) => void }) {
  const t = useTranslations("wizard");
  const picture = step.channel === "mms";
  return (
    <Button
      variant="ghost"
      size="sm"
      className="-ml-3 justify-self-start"
      onClick={() => onChange(picture ? { channel: "text", imageId: null } : { channel: "mms" })}
      data-testid="picture-switch"
    >
      <ImageIcon aria-hidden />
      {t(picture ? "withoutPicture" : "withPicture")}
    </Button>
  );
}

function StepTab({ step, position, active, onClick }: { step: StepDraft; position: number; active: boolean; onClick: () => void }) {
  const t = useTranslations("wizard");
  const Icon = STEP_ICON[step.channel];
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      onClick={onClick}
      data-testid={`step-tab-${position}`}
      className={cn(
        "inline-flex h-9 items-center gap-2 rounded-md px-3 text-[0.93rem] transition-colors",
        active ? "bg-seal-soft font-semibold text-seal-soft-ink" : "text-ink-2 hover:bg-hover",
      )}
    >
      <Icon className="size-4" aria-hidden />
      {t(STEP_LABEL[step.channel])}
    </button>
  );
}

function AddStep({ onAdd }: { onAdd: (channel: StepDraft["channel"]) => void }) {
  const t = useTranslations("wizard");
  return (
    <Menu
      align="start"
      trigger={
        <Button variant="ghost" size="sm" data-testid="step-add">
          <Plus aria-hidden />
          {t("addStep")}
        </Button>
      }
    >
      <MenuItem onSelect={() => onAdd("text")} data-testid="step-add-text">
        <MessageSquareText aria-hidden />
        {t("addText")}
      </MenuItem>
      <MenuItem onSelect={() => onAdd("mms")} data-testid="step-add-mms">
        <ImageIcon aria-hidden />
        {t("addMms")}
      </MenuItem>
      <MenuItem onSelect={() => onAdd("kakao_alimtalk")} data-testid="step-add-kakao">
        <MessageCircleMore aria-hidden />
        {t("addKakao")}
      </MenuItem>
      <MenuItem onSelect={() => onAdd("kakao_brand")} data-testid="step-add-brand">
        <Megaphone aria-hidden />
        {t("addBrand")}
      </MenuItem>
    </Menu>
  );
}
