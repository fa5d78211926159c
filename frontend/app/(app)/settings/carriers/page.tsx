import { CarriersScreen } from "@/components/settings/carriers-screen";

export default function Page() {
  return <CarriersScreen />;
}
