import { SendersScreen } from "@/components/settings/senders-screen";

export default function Page() {
  return <SendersScreen />;
}
