"use client";

import { useParams } from "next/navigation";
import { MonitorScreen } from "@/components/monitor/monitor-screen";

export default function CampaignPage() {
  const { id } = useParams<{ id: string }>();
  return <MonitorScreen id={id} />;
}
