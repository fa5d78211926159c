"use client";

import { useParams } from "next/navigation";
import { ConversationPane } from "@/components/inbox/conversation-pane";

export default function Page() {
  const { id } = useParams<{ id: string }>();
  return <ConversationPane key={id} id={id} />;
}
