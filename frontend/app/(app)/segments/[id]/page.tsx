"use client";

import { useParams } from "next/navigation";
import { SegmentScreen } from "@/components/segments/segment-screen";

export default function Page() {
  return <SegmentScreen id={useParams<{ id: string }>().id} />;
}
