"use client";

import { useParams, useRouter } from "next/navigation";
import { useRef, useState, type ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { useDebounced, useMediaQuery } from "@/lib/hooks";
import { useConversations, type Conversation, type InboxFilter } from "@/lib/inbox";
import { cn } from "@/lib/utils";
import { ConversationList } from "./conversation-list";
import { ListHead } from "./list-head";
import { useInboxKeys } from "./use-inbox-keys";
import { useRoom } from "./use-room";

const SEARCH_PAUSE_MS = 250;
/** Below the frame: the phone's bottom bar, or some air. */
const GAP_PHONE = 62, GAP_DESK = 24;

/** The list beside the conversation; on a phone one after the other. It stays while conversations change. */
export function InboxFrame({ children }: { children: ReactNode }) {
  const { id } = useParams<{ id?: string }>();
  const [filter, setFilter] = useState<InboxFilter>("open");
  const [text, setText] = useState("");
  const search = useRef<HTMLInputElement>(null);
  const desk = useMediaQuery("(min-width: 1024px)");
  const room = useRoom<HTMLDivElement>(desk ? GAP_DESK : GAP_PHONE);
  const q = useDebounced(text, SEARCH_PAUSE_MS).trim();
  const list = useConversations(filter, q);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  useMoving(items, id);
  useInboxKeys({ Slash: () => search.current?.focus() });
  const reset = () => {
    setText("");
    setFilter("all");
  };
  return (
    <div ref={room} className="h-[70dvh] max-lg:-mx-4 max-lg:-mt-6 max-lg:-mb-28 max-lg:sm:-mx-6 lg:-mb-16">
      <Card className="grid h-full overflow-hidden *:min-h-0 *:min-w-0 max-lg:rounded-none max-lg:border-0 lg:grid-cols-[21rem_minmax(0,1fr)] xl:grid-cols-[23rem_minmax(0,1fr)]">
        <div className={cn("flex flex-col border-line lg:border-r", id && "max-lg:hidden")} data-testid="inbox-list">
          <ListHead filter={filter} onFilter={setFilter} text={text} onText={setText} searchRef={search} />
          <ConversationList query={list} items={items} activeId={id} filtered={Boolean(q) || filter !== "open"} onReset={reset} />
        </div>
        <div className={cn("flex flex-col", !id && "max-lg:hidden")}>{children}</div>
      </Card>
    </div>
  );
}

/** J and K go down and up the list. */
function useMoving(items: Conversation[], id: string | undefined): void {
  const router = useRouter();
  const go = (by: number) => {
    const at = items.findIndex((item) => item.id === id);
    const next = items[at < 0 ? 0 : at + by];
    if (next) router.push(`/inbox/${next.id}`);
  };
  useInboxKeys({ KeyJ: () => go(1), KeyK: () => go(-1) });
}
