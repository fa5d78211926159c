"use client";

import { useRef } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { LMS_LIMIT, measure, SMS_LIMIT, SUBJECT_LIMIT } from "@/lib/cp949";
import { renderFor, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useTemplates } from "@/lib/settings";
import type { Contact, PreviewStep } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { Menu, MenuItem } from "@/components/ui/menu";
import { PictureField } from "./picture-field";
import { Unsendable } from "./unsendable";

const VARIABLES = ["이름", "전화번호", "주소", "수신거부링크"];

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
  const insert = (text: string) => {
    const { selectionStart, selectionEnd } = area.current ?? { selectionStart: step.body.length, selectionEnd: step.body.length };
    onChange({ body: step.body.slice(0, selectionStart) + text + step.body.slice(selectionEnd) });
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(selectionStart + text.length, selectionStart + text.length);
    });
  };
  return (
    <>
      {picture && !keepsPicture ? <PictureField imageId={step.imageId} onChange={(imageId) => onChange({ imageId })} /> : null}
      {long ? (
        <Field label={t("subject")} hint={t(picture ? "subjectHintMms" : "subjectHint")} error={subjectSize.bytes > SUBJECT_LIMIT ? t("subjectTooLong") : undefined}>
          <Input value={step.subject} onChange={(event) => onChange({ subject: event.target.value })} data-testid="campaign-subject" />
        </Field>
      ) : null}
      <div>
        <VariableBar onInsert={insert} onTemplate={(body, subject) => onChange({ body, subject })} />
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

interface VariableBarProps {
  onInsert: (text: string) => void;
  onTemplate: (body: string, subject: string) => void;
}

function VariableBar({ onInsert, onTemplate }: VariableBarProps) {
  const t = useTranslations("wizard");
  const templates = (useTemplates().data ?? []).filter((template) => ["sms", "lms", "mms"].includes(template.channel));
  return (
    <div className="mb-2 flex flex-wrap items-center gap-1.5">
      <span className="mr-1 text-[0.87rem] font-medium text-ink-2" title={t("variablesNote")}>{t("variables")}</span>
      {VARIABLES.map((name) => (
        <button
          key={name}
          type="button"
          onClick={() => onInsert(`#{${name}}`)}
          title={name === "수신거부링크" ? t("refusalLinkNote") : undefined}
          data-testid={`variable-${name}`}
          className="rounded-md bg-persimmon-soft px-2 py-0.5 text-[0.87rem] font-medium text-persimmon-ink hover:brightness-95 dark:hover:brightness-125"
        >
          {`#{${name}}`}
        </button>
      ))}
      {templates.length > 0 ? (
        <span className="ml-auto">
          <Menu trigger={<Button variant="ghost" size="sm">{t("useTemplate")}</Button>}>
            {templates.map((template) => (
              <MenuItem key={template.id} onSelect={() => onTemplate(template.body, template.subject ?? "")}>{template.name}</MenuItem>
            ))}
          </Menu>
        </span>
      ) : null}
    </div>
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
