"use client";

import { CornerDownRight, PenLine } from "lucide-react";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { ButtonList } from "@/components/ui/button-list";
import { Notice } from "@/components/ui/feedback";
import { Textarea } from "@/components/ui/input";
import { BRAND_LIMIT } from "@/lib/cp949";
import { isWebLink, isWritten, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useTemplates } from "@/lib/settings";
import type { Channel, Template, TemplateButton } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { insertAt, VariableBar } from "./variable-bar";

const BRAND: Channel[] = ["kakao_brand"];
const isWrong = ({ link_mobile: link }: TemplateButton) => Boolean(link) && !isWebLink(link!);

interface BrandEditorProps {
  step: StepDraft;
  /** Nothing follows it: whoever is no friend of the channel gets nothing. */
  last?: boolean;
  /** Only the words may change; the buttons stay. */
  wordsOnly?: boolean;
  onChange: (part: Partial<StepDraft>) => void;
}

/** A brand message to friends of the channel: written here, or by a template that Kakao knows. */
export function BrandEditor({ step, last, wordsOnly, onChange }: BrandEditorProps) {
  const t = useTranslations("wizard");
  const area = useRef<HTMLTextAreaElement>(null);
  const take = ({ id, body, buttons, carrier_template_id: known }: Template) =>
    onChange(known ? { templateId: id, body, buttons: [] } : { templateId: null, body, buttons });
  return (
    <>
      {wordsOnly ? null : (
        <p className="text-[0.9rem] text-ink-2">{t("brandNote")}</p>
      )}
      {isWritten(step) ? (
        <>
          <div>
            <VariableBar channels={wordsOnly ? [] : BRAND} onInsert={(text) => insertAt(area.current, step.body, text, (body) => onChange({ body }))} onTemplate={take} />
            <Textarea
              ref={area}
              value={step.body}
              onChange={(event) => onChange({ body: event.target.value })}
              placeholder={t("bodyPlaceholder")}
              aria-label={t("body")}
              aria-invalid={[...step.body].length > BRAND_LIMIT}
              aria-describedby="brand-size"
              data-testid="brand-body"
              className="min-h-52 text-base"
            />
            <Characters body={step.body} />
          </div>
          {wordsOnly ? null : <ButtonList buttons={step.buttons} onChange={(buttons) => onChange({ buttons })} isWrong={isWrong} />}
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

function Characters({ body }: { body: string }) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const count = [...body].length;
  const over = count > BRAND_LIMIT;
  return (
    <div id="brand-size" className="mt-2">
      <div className="h-1 overflow-hidden rounded-full bg-line">
        <div className={cn("h-full rounded-full", over ? "bg-bad" : "bg-seal")} style={{ width: `${percentOf(count, BRAND_LIMIT)}%` }} />
      </div>
      <p className={cn("mt-1.5 text-[0.87rem] font-medium", over && "text-bad-ink")} data-testid="brand-counter">
        {t("characters", { count: format.number(count), limit: format.number(BRAND_LIMIT) })}
      </p>
    </div>
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
        <p className="text-[0.95rem] whitespace-pre-wrap">{template?.body ?? step.body}</p>
      </div>
      <Button variant="ghost" size="sm" className="-ml-3 justify-self-start" onClick={onWrite} data-testid="brand-write">
        <PenLine aria-hidden />
        {t("brandWrite")}
      </Button>
    </div>
  );
}
