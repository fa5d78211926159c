"use client";

import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Segmented } from "@/components/ui/controls";
import { sanitize } from "@/lib/cp949";
import { inOtherWords, isText, pictureUse, readPicture, renderFor, textChannel, type Draft, type StepDraft } from "@/lib/draft";
import { useSenders, useTemplates } from "@/lib/settings";
import type { CampaignPreview, Contact, Id, PreviewStep, TemplateButton, Variant } from "@/lib/types";
import { STEP_LABEL } from "./message-step";
import { PictureOf } from "./picture-field";
import { VariantTabs } from "./split-card";

interface PhonePreviewProps {
  draft: Draft;
  person?: Contact;
  /** The server's rendering, while it is of what is on the screen now. */
  rendered?: CampaignPreview;
  /** Chooses whose phone it is. */
  people: ReactNode;
  /** Which of two texts of the first step is shown. */
  variant: Variant;
  onVariant: (variant: Variant) => void;
}

/** A phone that shows each step as the person will see it: at once by our own rendering, then by the server's. */
export function PhonePreview({ draft, person, rendered, people, variant, onVariant }: PhonePreviewProps) {
  const t = useTranslations("wizard");
  const [shown, setShown] = useState(0);
  const index = Math.min(shown, draft.steps.length - 1);
  const step = draft.steps[index];
  const split = index === 0 && step && isText(step) ? draft.split : null;
  const other = split !== null && variant === "b";
  return (
    <section aria-label={t("preview")} className="flex flex-col items-center gap-3">
      {draft.steps.length > 1 ? (
        <Segmented
          label={t("preview")}
          value={String(index)}
          onValueChange={(value) => setShown(Number(value))}
          options={draft.steps.map((one, at) => ({ value: String(at), label: `${at + 1}. ${t(STEP_LABEL[one.channel])}` }))}
        />
      ) : null}
      {split ? <VariantTabs value={variant} onChange={onVariant} testId="preview-variant" /> : null}
      {step ? (
        <Phone
          step={split && other ? inOtherWords(step, split) : step}
          person={person}
          rendered={other ? (rendered?.variant_b ?? undefined) : rendered?.steps[index]}
        />
      ) : null}
      <div className="flex min-h-8 flex-col items-center gap-1 text-[0.87rem] text-ink-3">
        <span data-testid="preview-for">{person?.name ? t("previewFor", { name: person.name }) : t("preview")}</span>
        {people}
      </div>
    </section>
  );
}

function Phone({ step, person, rendered }: { step: StepDraft; person?: Contact; rendered?: PreviewStep }) {
  const t = useTranslations("wizard");
  const senders = useSenders().data ?? [];
  const templates = useTemplates().data ?? [];
  const sender = senders.find((one) => one.id === step.senderId);
  const kakao = !isText(step);
  const own = renderFor(step.body, person);
  const text = rendered?.text ?? (kakao ? own : sanitize(own));
  const subject = kakao || textChannel(step, text) === "sms" ? "" : (rendered?.subject ?? step.subject);
  const template = templates.find((one) => one.id === step.templateId);
  const picture = template ? readPicture(template) : step;
  const buttons = template?.buttons ?? step.buttons.filter((button) => button.name.trim());
  return (
    <div className="w-full max-w-[19.5rem] rounded-[2.6rem] border border-line-strong bg-ink p-2.5 shadow-3 dark:bg-line-strong" data-testid="phone-preview">
      <div className={`flex h-[31rem] flex-col overflow-hidden rounded-[2rem] ${kakao ? "bg-[oklch(0.84_0.035_225)] dark:bg-[oklch(0.36_0.03_225)]" : "bg-paper"}`}>
        <div className="flex items-center justify-center pt-2.5">
          <span className="h-1.5 w-16 rounded-full bg-ink/25" />
        </div>
        <p className={`border-b px-4 py-2.5 text-center text-[0.93rem] font-semibold ${kakao ? "border-black/10" : "border-line"}`}>
          {sender ? (kakao && sender.label) || sender.value : t(kakao ? "channelSender" : "sender")}
        </p>
        <div className="scroll-thin flex-1 overflow-y-auto p-3.5">
          {!text.trim() && !picture.imageId ? (
            <p className="mt-24 px-6 text-center text-[0.87rem] text-ink-3">{t("previewEmpty")}</p>
          ) : kakao ? (
            <KakaoBubble text={text} buttons={buttons} brand={step.channel === "kakao_brand"} imageId={picture.imageId} wide={picture.imageWide} />
          ) : (
            <TextBubble subject={subject} text={text} imageId={step.imageId} />
          )}
        </div>
      </div>
    </div>
  );
}

function TextBubble({ subject, text, imageId }: { subject: string; text: string; imageId: string | null }) {
  return (
    <div className="w-fit max-w-[92%] rounded-2xl rounded-tl-md bg-hover px-3.5 py-2.5 text-[0.93rem] leading-relaxed" data-testid="preview-text">
      {imageId ? <PictureOf imageId={imageId} className="mb-2.5 w-full rounded-xl" /> : null}
      {subject ? <p className="mb-1 font-semibold">{subject}</p> : null}
      <p className="break-words whitespace-pre-wrap">{text}</p>
    </div>
  );
}

interface KakaoBubbleProps {
  text: string;
  buttons: TemplateButton[];
  brand?: boolean;
  imageId?: Id | null;
  wide?: boolean;
}

export function KakaoBubble({ text, buttons, brand = false, imageId = null, wide = false }: KakaoBubbleProps) {
  const t = useTranslations("wizard");
  const width = imageId ? (wide ? "w-full" : "w-[82%]") : "w-fit max-w-[94%]";
  return (
    <div className={`${width} overflow-hidden rounded-xl bg-white text-[0.93rem] leading-relaxed text-[#1e1e1e] shadow-2`}>
      <p className="bg-[#fae64d] px-3.5 py-2 text-[0.84rem] font-semibold">{t(brand ? "brandHead" : "kakao")}</p>
      {imageId ? <PictureOf imageId={imageId} use={pictureUse("kakao_brand", wide)} className="w-full" /> : null}
      <p className="px-3.5 py-3 break-words whitespace-pre-wrap" data-testid="preview-text">{text}</p>
      {buttons.length > 0 ? (
        <div className={`grid gap-1.5 px-3.5 pb-3.5 ${wide && buttons.length === 2 ? "grid-cols-2" : ""}`}>
          {buttons.map((button, index) => (
            <span key={index} data-testid="preview-button" className="rounded-md bg-[#f1f1f1] py-2 text-center text-[0.87rem] font-medium">{button.name}</span>
          ))}
        </div>
      ) : null}
    </div>
  );
}
