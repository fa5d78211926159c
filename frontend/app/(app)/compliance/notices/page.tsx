import { NoticesScreen } from "@/components/compliance/notices-screen";

export default function Page() {
  return <NoticesScreen />;
}
