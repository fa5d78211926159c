import { SegmentScreen } from "@/components/segments/segment-screen";

export default function Page() {
  return <SegmentScreen id={null} />;
}
