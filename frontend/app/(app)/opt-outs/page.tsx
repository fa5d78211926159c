import { OptOutsScreen } from "@/components/opt-outs/opt-outs-screen";

export default function Page() {
  return <OptOutsScreen />;
}
