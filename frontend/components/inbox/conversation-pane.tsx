"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { BackLink } from "@/components/layout/back-link";
import { Unready } from "@/components/ui/unready";
import { useTranslations } from "use-intl";
import { useChangeConversation, useConversation, useMarkRead, useThread, type Conversation, type ThreadMessage } from "@/lib/inbox";
import { Composer } from "./composer";
import { ConversationHead } from "./conversation-head";
import { OptedOut } from "./opted-out";
import { ThreadView } from "./thread-view";
import { useInboxKeys } from "./use-inbox-keys";

export function ConversationPane({ id }: { id: string }) {
  const t = useTranslations("inbox");
  const conversation = useConversation(id);
  if (conversation.data) return <Loaded conversation={conversation.data} />;
  return (
    <div className="p-5">
      <BackLink href="/inbox">{t("title")}</BackLink>
      <Unready query={conversation} className="p-0 py-6" />
    </div>
  );
}

/** The newest text of theirs: what it says has been read. */
const newestReceived = (messages: ThreadMessage[]) => messages.find((message) => message.source === "conversation" && message.direction === "in");

function Loaded({ conversation }: { conversation: Conversation }) {
  const thread = useThread(conversation.id);
  const router = useRouter();
  const change = useChangeConversation(conversation.id);
  const box = useRef<HTMLTextAreaElement>(null);
  const messages = thread.data?.pages.flatMap((page) => page.items) ?? [];
  useMarkRead(conversation, newestReceived(messages));
  const toggle = () => change.mutate({ status: conversation.status === "open" ? "closed" : "open" });
  useInboxKeys({ KeyR: () => box.current?.focus(), KeyE: toggle });
  return (
    <section aria-label={conversation.contact?.name ?? conversation.peer} className="flex min-h-0 flex-1 flex-col" data-testid="conversation" data-status={conversation.status}>
      <ConversationHead conversation={conversation} onToggle={toggle} toggling={change.isPending} onBack={() => router.push("/inbox")} />
      <ThreadView query={thread} messages={messages} />
      {conversation.opt_out ? <OptedOut conversation={conversation} optOut={conversation.opt_out} /> : <Composer conversation={conversation} box={box} />}
    </section>
  );
}
