import { FreezesScreen } from "@/components/compliance/freezes-screen";

export default function Page() {
  return <FreezesScreen />;
}
