import { HelpScreen } from "@/components/help/help-screen";

export default function Page() {
  return <HelpScreen />;
}
