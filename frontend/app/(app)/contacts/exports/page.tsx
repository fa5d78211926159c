import { ExportsScreen } from "@/components/exports/exports-screen";

export default function Page() {
  return <ExportsScreen />;
}
