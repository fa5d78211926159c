import { OptOutsScreen } from "@/components/settings/opt-outs-screen";

export default function Page() {
  return <OptOutsScreen />;
}
