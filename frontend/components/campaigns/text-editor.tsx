"use client";

import { useRef } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { LMS_LIMIT, measure, SMS_LIMIT, SUBJECT_LIMIT } from "@/lib/cp949";
import { renderFor, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import type { Channel, Contact, PreviewStep } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { PictureField } from "./picture-field";
import { Unsendable } from "./unsendable";
import { insertAt, VariableBar } from "./variable-bar";

const TEXTS: Channel[] = ["sms", "lms", "mms"];

interface TextEditorProps {
  step: StepDraft;
  person?: Contact;
  /** The server's own rendering of what stands here now; it knows values that this page does not. */
  rendered?: PreviewStep;
  /** The picture of an MMS stays as it is. */
  keepsPicture?: boolean;
  onChange: (part: Partial<StepDraft>) => void;
}

export function TextEditor({ step, person, rendered, keepsPicture, onChange }: TextEditorProps) {
  const t = useTranslations("wizard");
  const area = useRef<HTMLTextAreaElement>(null);
  const own = renderFor(step.body, person);
  const size = measure(own);
  const bytes = rendered && own.includes("#{") ? rendered.bytes : size.bytes;
  const picture = step.channel === "mms";
  const long = picture || bytes > SMS_LIMIT;
  const subjectSize = measure(step.subject);
  const insert = (text: string) => insertAt(area.current, step.body, text, (body) => onChange({ body }));
  return (
    <>
      {picture && !keepsPicture ? <PictureField imageId={step.imageId} onChange={(imageId) => onChange({ imageId })} /> : null}
      {long ? (
        <Field label={t("subject")} hint={t(picture ? "subjectHintMms" : "subjectHint")} error={subjectSize.bytes > SUBJECT_LIMIT ? t("subjectTooLong") : undefined}>
          <Input value={step.subject} onChange={(event) => onChange({ subject: event.target.value })} data-testid="campaign-subject" />
        </Field>
      ) : null}
      <div>
        <VariableBar channels={TEXTS} onInsert={insert} onTemplate={({ body, subject }) => onChange({ body, subject: subject ?? "" })} />
        <Textarea
          ref={area}
          value={step.body}
          onChange={(event) => onChange({ body: event.target.value })}
          placeholder={t("bodyPlaceholder")}
          aria-label={t("body")}
          aria-invalid={size.unsendable.length > 0 || bytes > LMS_LIMIT}
          aria-describedby="body-size"
          data-testid="campaign-body"
          className="min-h-52 text-base"
        />
        <Counter bytes={bytes} picture={picture} person={person} personal={step.body.includes("#{")} />
      </div>
      <Unsendable step={step} onChange={onChange} />
    </>
  );
}

function Counter({ bytes, picture, person, personal }: { bytes: number; picture: boolean; person?: Contact; personal: boolean }) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const long = picture || bytes > SMS_LIMIT;
  const over = bytes > LMS_LIMIT;
  const limit = long ? LMS_LIMIT : SMS_LIMIT;
  return (
    <div id="body-size" className="mt-2">
      <div className="h-1 overflow-hidden rounded-full bg-line">
        <div
          className={cn("h-full rounded-full transition-[width,background-color] duration-150", over ? "bg-bad" : long ? "bg-persimmon" : "bg-seal")}
          style={{ width: `${percentOf(bytes, limit)}%` }}
        />
      </div>
      <p className="mt-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[0.87rem]">
        <Badge tone={long ? "persimmon" : "seal"} data-testid="message-kind">{t(picture ? "mms" : long ? "lms" : "sms")}</Badge>
        <span className={cn("font-medium", over && "text-bad-ink")} data-testid="byte-counter">
          {t("bytes", { bytes: format.number(bytes), limit: format.number(limit) })}
        </span>
        {personal && person?.name ? <span className="text-ink-3">{t("measuredFor", { name: person.name })}</span> : null}
        <span className={cn("ml-auto", over ? "text-bad-ink" : "text-ink-3")} aria-live="polite">
          {over ? t("tooLong") : long && !picture ? t("toLms") : null}
        </span>
      </p>
    </div>
  );
}
