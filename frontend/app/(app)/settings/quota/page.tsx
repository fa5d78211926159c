import { QuotaScreen } from "@/components/settings/quota-screen";

export default function Page() {
  return <QuotaScreen />;
}
