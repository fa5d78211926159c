import type { ReactNode } from "react";
import { InboxFrame } from "@/components/inbox/inbox-frame";

export default function Layout({ children }: { children: ReactNode }) {
  return <InboxFrame>{children}</InboxFrame>;
}
