import { ApprovalsScreen } from "@/components/compliance/approvals-screen";

export default function Page() {
  return <ApprovalsScreen />;
}
