"use client";

import { BellOff, CheckCheck, Clock3, HelpCircle, Send, TriangleAlert, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "use-intl";
import { useColleagues, type MessageFate, type ThreadMessage } from "@/lib/inbox";
import { useReason } from "@/lib/reasons";
import { cn } from "@/lib/utils";

/** One message as a phone shows it: theirs at the left, ours at the right, what campaigns sent in line. */
export function MessageBubble({ message }: { message: ThreadMessage }) {
  const ours = message.direction === "out";
  return (
    <li className={cn("flex flex-col gap-1", ours ? "items-end" : "items-start")} data-testid={`message-${message.purpose}`} data-state={message.state ?? undefined}>
      <Label message={message} />
      <Text message={message} />
      <Below message={message} />
    </li>
  );
}

function Label({ message }: { message: ThreadMessage }) {
  const t = useTranslations();
  if (message.source === "campaign") {
    return (
      <Link href={`/campaigns/${message.campaign_id}`} className="inline-flex max-w-[85%] items-center gap-1.5 truncate text-xs font-medium text-ink-3 hover:underline">
        <Send className="size-3.5 shrink-0" aria-hidden />
        <span className="truncate">{t("inbox.campaign", { name: message.campaign_name ?? "" })}</span>
      </Link>
    );
  }
  if (message.purpose === "confirmation") return <span className="text-xs font-medium text-ink-3">{t("inbox.confirmation")}</span>;
  if (message.purpose !== "refusal") return null;
  return (
    <span className="inline-flex items-center gap-1.5 text-xs font-semibold text-bad-ink">
      <BellOff className="size-3.5" aria-hidden />
      {t("inbox.refusal")}
    </span>
  );
}

const KAKAO: ThreadMessage["channel"][] = ["kakao_alimtalk", "kakao_brand", "kakao"];

function looks(message: ThreadMessage): string {
  if (message.direction === "in") return message.purpose === "refusal" ? "rounded-tl-md bg-bad-soft text-bad-ink" : "rounded-tl-md border border-line bg-raised";
  if (KAKAO.includes(message.channel)) return "rounded-tr-md bg-[#fae64d] text-[#2b2400]";
  if (message.source === "campaign") return "rounded-tr-md bg-seal-soft text-seal-soft-ink ring-1 ring-seal/20 ring-inset";
  if (message.purpose === "confirmation") return "rounded-tr-md bg-sunken text-ink-2 ring-1 ring-line ring-inset";
  return "rounded-tr-md bg-seal text-seal-ink";
}

function Text({ message }: { message: ThreadMessage }) {
  const t = useTranslations("inbox");
  return (
    <p className={cn("w-fit max-w-[min(85%,34rem)] rounded-2xl px-3.5 py-2.5 text-[0.95rem] leading-relaxed break-words whitespace-pre-wrap", looks(message))} data-testid="message-text">
      {message.text ?? <span className="italic opacity-70">{t("erased")}</span>}
    </p>
  );
}

const FATE: Record<MessageFate, LucideIcon> = {
  queued: Clock3, sending: Clock3, sent: Send, delivered: CheckCheck, failed: TriangleAlert, unknown: HelpCircle, given_up: TriangleAlert,
};
const BAD: (MessageFate | null)[] = ["failed", "given_up"];

/** The time, and of ours who wrote it and what became of it. */
function Below({ message }: { message: ThreadMessage }) {
  const t = useTranslations("inbox");
  const formatter = useFormatter();
  const reasonOf = useReason();
  const colleagues = useColleagues().data ?? [];
  const writer = colleagues.find((one) => one.id === message.member_id);
  const Icon = message.state ? FATE[message.state] : null;
  return (
    <div className="flex max-w-[85%] flex-wrap items-center gap-x-2 px-1 text-xs text-ink-3">
      {writer ? <span>{writer.name}</span> : null}
      <time dateTime={message.at}>{formatter.dateTime(new Date(message.at), { hour: "numeric", minute: "2-digit" })}</time>
      {message.state && Icon ? (
        <span className={cn("inline-flex items-center gap-1", BAD.includes(message.state) && "font-medium text-bad-ink")}>
          <Icon className="size-3.5" aria-hidden />
          {t(`fate.${message.state}`)}
          {message.reason && BAD.includes(message.state) ? ` · ${reasonOf(message.reason)}` : null}
        </span>
      ) : null}
      {message.pictures > 0 ? <span>{t("pictures", { count: message.pictures })}</span> : null}
      {message.exact === false ? <span title={t("notExactNote")}>{t("notExact")}</span> : null}
    </div>
  );
}
