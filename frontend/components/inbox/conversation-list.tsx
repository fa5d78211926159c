"use client";

import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { BellOff, CornerUpLeft, UserRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { ArtPhone, ArtSearch } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useColleagues, type Conversation } from "@/lib/inbox";
import { cn } from "@/lib/utils";

interface ConversationListProps {
  query: Pick<UseInfiniteQueryResult, "isPending" | "isError" | "data" | "error" | "failureReason" | "refetch" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
  items: Conversation[];
  activeId: string | undefined;
  filtered: boolean;
  onReset: () => void;
}

export function ConversationList({ query, items, activeId, filtered, onReset }: ConversationListProps) {
  const t = useTranslations();
  return (
    <div className="scroll-thin flex-1 overflow-y-auto">
      <Unready query={query} rows={7} />
      {query.data && items.length === 0 ? <Nothing filtered={filtered} onReset={onReset} /> : null}
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <li key={item.id}>
            <Line item={item} active={item.id === activeId} />
          </li>
        ))}
      </ul>
      {query.hasNextPage ? (
        <div className="p-3 text-center">
          <Button variant="ghost" size="sm" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>{t("common.more")}</Button>
        </div>
      ) : null}
    </div>
  );
}

function Nothing({ filtered, onReset }: { filtered: boolean; onReset: () => void }) {
  const t = useTranslations("inbox");
  if (!filtered) return <Empty art={<ArtPhone />} title={t("emptyTitle")} note={t("emptyNote")} className="py-10" />;
  return <Empty art={<ArtSearch />} title={t("noMatch")} className="py-10" action={<Button variant="secondary" size="sm" onClick={onReset}>{t("showAll")}</Button>} />;
}

/** The person's name where the number is a contact's, else the number. */
export function titleOf(conversation: Conversation, noName: string): string {
  if (conversation.contact) return conversation.contact.name ?? noName;
  return conversation.peer;
}

export function Avatar({ conversation, className }: { conversation: Conversation; className?: string }) {
  const initial = conversation.contact?.name?.trim().charAt(0);
  return (
    <span aria-hidden className={cn("grid size-10 shrink-0 place-items-center rounded-full font-semibold", conversation.kind === "phone" ? "bg-seal-soft text-seal-soft-ink" : "bg-[#fae64d] text-[#3b2f00]", className)}>
      {initial ?? <UserRound className="size-5" />}
    </span>
  );
}

function Line({ item, active }: { item: Conversation; active: boolean }) {
  const t = useTranslations();
  const format = useFormat();
  const unread = item.unread > 0;
  return (
    <Link
      href={`/inbox/${item.id}`}
      prefetch={false}
      aria-current={active ? "true" : undefined}
      data-testid="conversation-line"
      className={cn("flex gap-3 px-4 py-3 transition-colors -outline-offset-2", active ? "bg-seal-soft/70" : "hover:bg-hover")}
    >
      <Avatar conversation={item} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline justify-between gap-2">
          <span className={cn("truncate", unread ? "font-bold" : "font-medium")}>{titleOf(item, t("contacts.noName"))}</span>
          <time dateTime={item.last_at} className="shrink-0 text-xs text-ink-3">{format.relative(item.last_at)}</time>
        </span>
        <span className="mt-0.5 flex items-center gap-1.5">
          {item.last?.direction === "out" ? <CornerUpLeft className="size-3.5 shrink-0 text-ink-3" aria-label={t("inbox.weWrote")} /> : null}
          <span className={cn("flex-1 truncate text-[0.88rem]", unread ? "text-ink" : "text-ink-3")}>{item.last?.text ?? ""}</span>
          {unread ? <span className="grid h-5 min-w-5 shrink-0 place-items-center rounded-full bg-persimmon px-1.5 text-xs font-bold text-white dark:text-[oklch(0.2_0.03_60)]" data-testid="line-unread">{format.number(item.unread)}</span> : null}
        </span>
        <Marks item={item} />
      </span>
    </Link>
  );
}

function Marks({ item }: { item: Conversation }) {
  const t = useTranslations("inbox");
  const colleagues = useColleagues().data ?? [];
  const assignee = colleagues.find((one) => one.id === item.assignee_id);
  if (!item.opt_out && !assignee && item.status === "open") return null;
  return (
    <span className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-xs text-ink-3">
      {item.opt_out ? <span className="inline-flex items-center gap-1 font-medium text-bad-ink"><BellOff className="size-3.5" aria-hidden />{t("optedOut")}</span> : null}
      {assignee ? <span>{t("assignedTo", { name: assignee.name })}</span> : null}
      {item.status === "closed" ? <span>{t("filters.closed")}</span> : null}
    </span>
  );
}
