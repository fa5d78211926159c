"use client";

import { CornerDownRight, PenLine } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { ButtonList } from "@/components/ui/button-list";
import { Notice } from "@/components/ui/feedback";
import { buttonRoom, hasTooManyLines, isWebLink, isWide, isWritten, kakaoLimit, NO_PICTURE, pictureUse, readPicture, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useTemplates } from "@/lib/settings";
import type { Channel, Template, TemplateButton } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { BrandPicture } from "./brand-picture";
import { PictureOf } from "./picture-field";
import { WrittenText } from "./written-text";

const BRAND: Channel[] = ["kakao_brand"];
const isWrong = ({ link_mobile: link }: TemplateButton) => Boolean(link) && !isWebLink(link!);

interface BrandEditorProps {
  step: StepDraft;
  /** Nothing follows it: whoever is no friend of the channel gets nothing. */
  last?: boolean;
  /** Only the words may change; picture and buttons stay. */
  wordsOnly?: boolean;
  onChange: (part: Partial<StepDraft>) => void;
}

/** A brand message to friends of the channel: written here, or by a template that Kakao knows. */
export function BrandEditor({ step, last, wordsOnly, onChange }: BrandEditorProps) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const limit = kakaoLimit(step);
  const count = [...step.body].length;
  const over = count > limit || hasTooManyLines(step);
  const take = (template: Template) => {
    const { id, body, buttons, carrier_template_id: known } = template;
    onChange(known ? { templateId: id, body, buttons: [], ...NO_PICTURE } : { templateId: null, body, buttons, ...readPicture(template) });
  };
  return (
    <>
      {wordsOnly ? null : (
        <p className="text-[0.9rem] text-ink-2">{t("brandNote")}</p>
      )}
      {isWritten(step) ? (
        <>
          {wordsOnly ? null : <BrandPicture picture={step} onChange={onChange} />}
          <WrittenText
            body={step.body}
            onBody={(body) => onChange({ body })}
            channels={wordsOnly ? [] : BRAND}
            onTemplate={take}
            wrong={over}
            filled={percentOf(count, limit)}
            tone={over ? "bg-bad" : "bg-seal"}
            id="brand-size"
            testId="brand-body"
          >
            <p className={cn("mt-1.5 flex flex-wrap justify-between gap-x-3 text-[0.87rem] font-medium", over && "text-bad-ink")}>
              <span data-testid="brand-counter">{t("characters", { count: format.number(count), limit: format.number(limit) })}</span>
              {hasTooManyLines(step) ? <span data-testid="brand-lines">{t(isWide(step) ? "wideLines" : "brandLines")}</span> : null}
            </p>
          </WrittenText>
          {wordsOnly ? null : <ButtonList buttons={step.buttons} onChange={(buttons) => onChange({ buttons })} isWrong={isWrong} room={buttonRoom(isWide(step))} />}
        </>
      ) : (
        <Reviewed step={step} onWrite={() => onChange({ templateId: null })} />
      )}
      {last && !wordsOnly ? (
        <Notice icon={<CornerDownRight aria-hidden />}>{t("brandAlone")}</Notice>
      ) : null}
    </>
  );
}

/** A template that Kakao knows goes out as it stands there. */
function Reviewed({ step, onWrite }: { step: StepDraft; onWrite: () => void }) {
  const t = useTranslations("wizard");
  const template = useTemplates().data?.find((one) => one.id === step.templateId);
  return (
    <div className="grid gap-3">
      <div className="rounded-lg bg-sunken p-4">
        <p className="mb-2 text-[0.84rem] text-ink-3">{template?.name}</p>
        {template?.image_id ? <PictureOf imageId={template.image_id} use={pictureUse("kakao_brand", template.image_wide)} className="mb-3 w-40 rounded-md" /> : null}
        <p className="text-[0.95rem] whitespace-pre-wrap">{template?.body ?? step.body}</p>
      </div>
      <Button variant="ghost" size="sm" className="-ml-3 justify-self-start" onClick={onWrite} data-testid="brand-write">
        <PenLine aria-hidden />
        {t("brandWrite")}
      </Button>
    </div>
  );
}
