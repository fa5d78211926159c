"use client";

import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { LMS_LIMIT, measure, SMS_LIMIT, SUBJECT_LIMIT } from "@/lib/cp949";
import { renderFor, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import type { Channel, Contact, PreviewStep } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { PictureField } from "./picture-field";
import { Unsendable } from "./unsendable";
import { WrittenText } from "./written-text";

const TEXTS: Channel[] = ["sms", "lms", "mms"];
/** A value that only the server knows, or a link: it leaves as one of ours that counts openings, often a longer one. */
const LONGER_AT_THE_SERVER = /#\{|https?:\/\//i;

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
  const own = renderFor(step.body, person);
  const size = measure(own);
  const bytes = rendered && LONGER_AT_THE_SERVER.test(own) ? rendered.bytes : size.bytes;
  const picture = step.channel === "mms";
  const long = picture || bytes > SMS_LIMIT;
  const subjectSize = measure(step.subject);
  const over = bytes > LMS_LIMIT;
  return (
    <>
      {picture && !keepsPicture ? <PictureField imageId={step.imageId} onChange={(imageId) => onChange({ imageId })} /> : null}
      {long ? (
        <Field label={t("subject")} hint={t(picture ? "subjectHintMms" : "subjectHint")} error={subjectSize.bytes > SUBJECT_LIMIT ? t("subjectTooLong") : undefined}>
          <Input value={step.subject} onChange={(event) => onChange({ subject: event.target.value })} data-testid="campaign-subject" />
        </Field>
      ) : null}
      <WrittenText
        body={step.body}
        onBody={(body) => onChange({ body })}
        channels={TEXTS}
        onTemplate={({ body, subject }) => onChange({ body, subject: subject ?? "" })}
        wrong={size.unsendable.length > 0 || over}
        filled={percentOf(bytes, long ? LMS_LIMIT : SMS_LIMIT)}
        tone={over ? "bg-bad" : long ? "bg-persimmon" : "bg-seal"}
        id="body-size"
        testId="campaign-body"
      >
        <Counter bytes={bytes} picture={picture} person={person} personal={step.body.includes("#{")} />
      </WrittenText>
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
  );
}
