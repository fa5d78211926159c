import { RulesScreen } from "@/components/compliance/rules-screen";

export default function Page() {
  return <RulesScreen />;
}
