"use client";

import {
  BellOff, BellRing, CircleCheck, CircleHelp, CircleX, Clock3, Download, FileCheck2, FileUp, FileX2, Flame, History, Merge,
  Pencil, Reply, Split, StickyNote, Tags, Trash2, Undo2, UserPlus, X, type LucideIcon,
} from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useConsentWords } from "@/components/privacy/words";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { FilterChip } from "@/components/ui/toggle";
import { Unready } from "@/components/ui/unready";
import { useDeleteNote, useTimeline } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import type { OptOutChannel } from "@/lib/opt-outs";
import { useReason } from "@/lib/reasons";
import { useOptOutReason } from "@/lib/settings";
import { MESSAGE_TONE } from "@/lib/states";
import type { Channel, MessageState, TimelineEvent, TimelineKind } from "@/lib/types";
import { cn } from "@/lib/utils";
import { changesOf, ChangeList } from "./change-list";

const ICON: Record<Exclude<TimelineKind, "message">, LucideIcon> = {
  import: FileUp, created: UserPlus, edited: Pencil, merged: Merge, unmerged: Split, inbound: Reply, opt_out: BellOff,
  opt_in: BellRing, deleted: Trash2, note: StickyNote, bulk: Tags, undone: Undo2, consent: FileCheck2,
  consent_withdrawn: FileX2, erased: Flame, exported: Download, restored: Undo2,
};
const GROUPS = ["all", "messages", "changes", "notes", "rights"] as const;
type Group = (typeof GROUPS)[number];
/** Kinds that this page does not know count as changes. */
const GROUP_OF: Partial<Record<TimelineKind, Group>> = {
  message: "messages", inbound: "messages", note: "notes", opt_out: "rights", opt_in: "rights", consent: "rights",
  consent_withdrawn: "rights", erased: "rights", exported: "rights",
};
const groupOf = (event: TimelineEvent): Group => GROUP_OF[event.kind] ?? "changes";
const FATE_ICON: Record<MessageState, LucideIcon> = {
  sending: Clock3, accepted: Clock3, delivered: CircleCheck, failed: CircleX, unknown: CircleHelp, withdrawn: Clock3,
};
const CIRCLE: Record<Tone, string> = {
  neutral: "bg-sunken text-ink-3 ring-line",
  seal: "bg-seal-soft text-seal-soft-ink ring-transparent",
  good: "bg-good-soft text-good-ink ring-transparent",
  warn: "bg-warn-soft text-warn-ink ring-transparent",
  bad: "bg-bad-soft text-bad-ink ring-transparent",
  persimmon: "bg-persimmon-soft text-persimmon-ink ring-transparent",
};

/** What the other kinds of events tell, each some of it. */
interface EventDetail {
  reason?: string | null;
  text?: string;
  merged_name?: string | null;
  row_number?: number | null;
  outcome?: string | null;
  undone_at?: string | null;
  /** Of a consent. */
  purpose?: string;
  /** Of an opt-out. */
  channel?: OptOutChannel;
}

interface MessageDetail {
  campaign_id?: string;
  campaign_name?: string;
  channel?: Channel;
  kind?: string;
  state?: MessageState;
  reason?: string | null;
  text?: string;
}

export function Timeline({ id }: { id: string }) {
  const t = useTranslations();
  const timeline = useTimeline(id);
  const [group, setGroup] = useState<Group>("all");
  if (!timeline.data) return <Unready query={timeline} rows={3} className="p-0 py-4" />;
  const events = timeline.data.pages.flatMap((page) => page.items);
  if (events.length === 0) return <p className="text-[0.9rem] text-ink-3">{t("contacts.timelineEmpty")}</p>;
  const groups = GROUPS.filter((each) => each === "all" || events.some((event) => groupOf(event) === each));
  const shown = events.filter((event) => group === "all" || groupOf(event) === group);
  return (
    <div>
      {groups.length > 2 ? (
        <div role="group" aria-label={t("timeline.filter")} className="mb-4 flex flex-wrap gap-1.5">
          {groups.map((each) => (
            <FilterChip key={each} label={t(`timeline.group.${each}`)} active={group === each} onClick={() => setGroup(each)} testId={`timeline-${each}`} />
          ))}
        </div>
      ) : null}
      <ol className="relative grid gap-5 before:absolute before:top-2 before:bottom-2 before:left-[0.98rem] before:w-px before:bg-line" data-testid="contact-timeline">
        {shown.map((event) => <Event key={event.id} contactId={id} event={event} />)}
      </ol>
      {timeline.hasNextPage ? (
        <Button variant="secondary" size="sm" className="mt-4" loading={timeline.isFetchingNextPage} onClick={() => timeline.fetchNextPage()}>
          {t("common.more")}
        </Button>
      ) : null}
    </div>
  );
}

function Event({ contactId, event }: { contactId: string; event: TimelineEvent }) {
  const t = useTranslations("timeline");
  const format = useFormat();
  const message = event.kind === "message" ? (event.detail as MessageDetail | undefined) : undefined;
  const tone: Tone = message?.state ? MESSAGE_TONE[message.state] : event.kind === "opt_out" ? "bad" : "neutral";
  // A newer server may tell of things this page does not know yet.
  const Icon = event.kind === "message" ? FATE_ICON[message?.state ?? "unknown"] : (ICON[event.kind] ?? History);
  return (
    <li className="relative flex gap-3.5">
      <span className={cn("z-1 grid size-8 shrink-0 place-items-center rounded-full ring-1", CIRCLE[tone])}>
        <Icon className="size-4" aria-hidden />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{message ? <MessageTitle message={message} /> : t.has(event.kind) ? t(event.kind) : event.kind}</span>
          <span className="flex items-center gap-1">
            <time dateTime={event.at} className="text-[0.82rem] text-ink-3">{format.dateTime(event.at)}</time>
            {event.kind === "note" ? <DeleteNote contactId={contactId} noteId={event.id} /> : null}
          </span>
        </p>
        {message ? <MessageBody message={message} /> : <EventNote event={event} />}
        <ChangeList changes={changesOf(event)} />
      </div>
    </li>
  );
}

function DeleteNote({ contactId, noteId }: { contactId: string; noteId: string }) {
  const t = useTranslations("timeline");
  const remove = useDeleteNote(contactId);
  return (
    <Button variant="ghost" size="icon-sm" className="-my-1.5 size-7" aria-label={t("deleteNote")} disabled={remove.isPending} onClick={() => remove.mutate(noteId)} data-testid="note-delete">
      <X aria-hidden />
    </Button>
  );
}

function EventNote({ event }: { event: TimelineEvent }) {
  const reasonOf = useOptOutReason();
  const t = useTranslations();
  const words = useConsentWords();
  const { reason, text, merged_name, row_number, outcome, undone_at, purpose, channel } = (event.detail ?? {}) as EventDetail;
  if (text) return <Said>{text}</Said>;
  const parts = [
    event.title,
    row_number ? t("privacy.row", { number: row_number }) : null,
    outcome && t.has(`outcome.${outcome}` as "outcome.any") ? t(`outcome.${outcome}` as "outcome.any") : null,
    undone_at ? t("timeline.undone") : null,
    merged_name,
    purpose ? words.purpose(purpose) : null,
    channel && t.has(`optOuts.channels.${channel}`) ? t(`optOuts.channels.${channel}`) : null,
    reason ? reasonOf(reason) : null,
  ];
  const note = parts.filter(Boolean).join(" · ");
  return note ? <p className="text-[0.9rem] text-ink-3">{note}</p> : null;
}

function Said({ children }: { children: string }) {
  return <p className="mt-2 rounded-lg rounded-tl-sm bg-sunken px-3 py-2 text-[0.9rem] whitespace-pre-wrap">{children}</p>;
}

function MessageTitle({ message }: { message: MessageDetail }) {
  const t = useTranslations("timeline");
  const title = message.campaign_name ?? t("message");
  if (!message.campaign_id) return title;
  return <Link href={`/campaigns/${message.campaign_id}`} className="hover:underline">{title}</Link>;
}

function MessageBody({ message }: { message: MessageDetail }) {
  const t = useTranslations();
  const reasonOf = useReason();
  return (
    <>
      <p className="mt-0.5 flex flex-wrap items-center gap-2 text-[0.87rem] text-ink-3">
        {message.channel ? t(`channel.${message.kind === "lms" || message.kind === "mms" ? message.kind : message.channel}`) : null}
        {message.state ? <Badge tone={MESSAGE_TONE[message.state]}>{t(`messageState.${message.state}`)}</Badge> : null}
        {message.reason ? reasonOf(message.reason) : null}
      </p>
      {message.text ? <Said>{message.text}</Said> : null}
    </>
  );
}
