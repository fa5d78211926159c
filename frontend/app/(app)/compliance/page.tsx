import { OverviewScreen } from "@/components/compliance/overview-screen";

export default function Page() {
  return <OverviewScreen />;
}
