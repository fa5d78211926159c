"use client";

import { Send, TriangleAlert } from "lucide-react";
import { useState, type KeyboardEvent, type RefObject } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/feedback";
import { Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { ApiError } from "@/lib/api";
import { LMS_LIMIT, measure, removeUnsendable, SMS_LIMIT } from "@/lib/cp949";
import { useFormat } from "@/lib/format";
import { useReply, type Conversation } from "@/lib/inbox";
import { useSenders } from "@/lib/settings";
import { cn } from "@/lib/utils";
import { CannedMenu } from "./canned-menu";

/** What was being written, per conversation, while this tab lives: it may be about a person, so it is stored nowhere. */
const unsent = new Map<string, string>();

const wordsOf = (error: Error) => (error instanceof ApiError && error.details.length > 0 ? error.details.map((detail) => detail.message).join(" ") : error.message);

export function Composer({ conversation, box }: { conversation: Conversation; box: RefObject<HTMLTextAreaElement | null> }) {
  const t = useTranslations("inbox");
  const [text, keep] = useState(unsent.get(conversation.id) ?? "");
  const [senderId, setSenderId] = useState<string>();
  const reply = useReply(conversation.id);
  const size = measure(text);
  const ready = text.trim() !== "" && size.unsendable.length === 0 && size.bytes <= LMS_LIMIT;
  const write = (next: string) => {
    if (next) unsent.set(conversation.id, next);
    else unsent.delete(conversation.id);
    keep(next);
  };
  const send = () => {
    if (ready && !reply.isPending) reply.mutate({ text: text.trim(), sender_id: senderId }, { onSuccess: () => write("") });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a Korean letter is being composed, Enter belongs to the keyboard.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
    if (event.key === "Escape") box.current?.blur();
  };
  const take = (words: string) => {
    write(text.trim() ? `${text.trimEnd()}\n${words}` : words);
    box.current?.focus();
  };
  if (conversation.kind === "kakao_key") return <p className="border-t border-line px-5 py-4 text-[0.9rem] text-ink-3">{t("kakaoNoReply")}</p>;
  return (
    <div className="border-t border-line p-3 sm:p-4">
      {size.unsendable.length > 0 ? <Unsendable characters={size.unsendable} onRemove={() => write(removeUnsendable(text))} /> : null}
      {reply.error ? <p role="alert" className="mb-2 text-[0.9rem] text-bad-ink" data-testid="reply-error">{wordsOf(reply.error)}</p> : null}
      <Textarea
        ref={box}
        value={text}
        rows={3}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={t("placeholder")}
        aria-label={t("placeholder")}
        aria-describedby="reply-size"
        aria-invalid={size.unsendable.length > 0 || size.bytes > LMS_LIMIT}
        className="max-h-52 min-h-[4.6rem] resize-none"
        data-testid="reply-text"
      />
      <div className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-2">
        <CannedMenu onTake={take} />
        <SenderChoice value={senderId} onChange={setSenderId} />
        <Counter bytes={size.bytes} personal={text.includes("#{")} />
        <Button size="sm" className="ml-auto" disabled={!ready} loading={reply.isPending} onClick={send} data-testid="reply-send">
          {reply.isPending ? null : <Send aria-hidden />}
          {t("send")}
        </Button>
      </div>
    </div>
  );
}

/** Without a choice the answer leaves from the number that was written to. */
const WRITTEN_TO = "written-to";

function SenderChoice({ value, onChange }: { value?: string; onChange: (id: string | undefined) => void }) {
  const t = useTranslations("inbox");
  const phones = (useSenders().data ?? []).filter((sender) => sender.kind === "phone");
  if (phones.length < 2) return null;
  return (
    <Select
      value={value ?? WRITTEN_TO}
      onValueChange={(next) => onChange(next === WRITTEN_TO ? undefined : next)}
      options={[{ value: WRITTEN_TO, label: t("sameNumber") }, ...phones.map((sender) => ({ value: sender.id, label: sender.value, hint: sender.label }))]}
      className="h-8 w-40 text-[0.87rem]"
      aria-label={t("from")}
      data-testid="reply-sender"
    />
  );
}

function Counter({ bytes, personal }: { bytes: number; personal: boolean }) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const long = bytes > SMS_LIMIT;
  const over = bytes > LMS_LIMIT;
  return (
    <span id="reply-size" className="flex flex-wrap items-center gap-2 text-[0.84rem] text-ink-3">
      <Badge tone={long ? "persimmon" : "seal"} data-testid="reply-kind">{t(long ? "lms" : "sms")}</Badge>
      <span className={cn(over && "font-medium text-bad-ink")} data-testid="reply-bytes" title={long ? t("toLms") : undefined}>
        {personal ? "≈ " : ""}
        {t("bytes", { bytes: format.number(bytes), limit: format.number(long ? LMS_LIMIT : SMS_LIMIT) })}
      </span>
    </span>
  );
}

function Unsendable({ characters, onRemove }: { characters: string[]; onRemove: () => void }) {
  const t = useTranslations("wizard");
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />} title={t("unsendable")} className="mb-2">
      <div className="flex flex-wrap items-center gap-1.5" data-testid="reply-unsendable">
        {characters.map((character) => <span key={character} className="rounded-md bg-surface/70 px-2 py-0.5">{character}</span>)}
        <Button variant="secondary" size="sm" className="ml-auto" onClick={onRemove}>{t("removeUnsendable")}</Button>
      </div>
    </Notice>
  );
}
