import { NoConversation } from "@/components/inbox/no-conversation";

export default function Page() {
  return <NoConversation />;
}
