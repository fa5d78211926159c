"use client";

import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Fragment, useLayoutEffect, useRef } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Unready } from "@/components/ui/unready";
import type { ThreadMessage } from "@/lib/inbox";
import { MessageBubble } from "./message-bubble";

interface ThreadViewProps {
  query: Pick<UseInfiniteQueryResult, "isPending" | "isError" | "data" | "error" | "failureReason" | "refetch" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
  /** Newest first, as the server gives them. */
  messages: ThreadMessage[];
}

/** How far from the end somebody still counts as reading the newest message. */
const NEAR_END_PX = 120;

/** Stays at the newest message, except while somebody has scrolled up to read. */
function useAtEnd(newestId: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const place = box.current;
    if (!place || !atEnd.current) return;
    place.scrollTop = place.scrollHeight;
    // The frame takes its height after the first paint.
    const watcher = new ResizeObserver(() => {
      if (atEnd.current) place.scrollTop = place.scrollHeight;
    });
    watcher.observe(place);
    return () => watcher.disconnect();
  }, [newestId]);
  const onScroll = () => {
    const place = box.current;
    if (place) atEnd.current = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR_END_PX;
  };
  return { box, onScroll };
}

export function ThreadView({ query, messages }: ThreadViewProps) {
  const t = useTranslations("inbox");
  const { box, onScroll } = useAtEnd(messages[0]?.id);
  const dayOf = useDay();
  const inOrder = [...messages].reverse();
  return (
    <div ref={box} onScroll={onScroll} role="log" aria-label={t("messages")} tabIndex={0} className="scroll-thin flex-1 overflow-y-auto bg-paper px-3 py-4 -outline-offset-2 sm:px-5" data-testid="thread">
      <Unready query={query} rows={5} />
      {query.hasNextPage ? (
        <div className="mb-3 text-center">
          <Button variant="ghost" size="sm" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>{t("earlier")}</Button>
        </div>
      ) : null}
      {query.data && messages.length === 0 ? <p className="py-12 text-center text-[0.93rem] text-ink-3">{t("noMessages")}</p> : null}
      <ol className="grid gap-2.5">
        {inOrder.map((message, index) => (
          <Fragment key={message.id}>
            {dayOf(message.at) === dayOf(inOrder[index - 1]?.at) ? null : (
              <li className="my-2 flex items-center gap-3 text-xs text-ink-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">{dayOf(message.at)}</li>
            )}
            <MessageBubble message={message} />
          </Fragment>
        ))}
      </ol>
    </div>
  );
}

function useDay(): (at: string | undefined) => string {
  const formatter = useFormatter();
  return (at) => (at ? formatter.dateTime(new Date(at), { year: "numeric", month: "long", day: "numeric", weekday: "long" }) : "");
}
