import { SegmentsScreen } from "@/components/segments/segments-screen";

export default function Page() {
  return <SegmentsScreen />;
}
