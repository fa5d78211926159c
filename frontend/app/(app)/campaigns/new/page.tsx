"use client";

import { useEffect, useState } from "react";
import { CampaignWizard } from "@/components/campaigns/wizard";
import { SkeletonRows } from "@/components/ui/feedback";
import { newDraft, type Draft } from "@/lib/draft";
import { takeSelection } from "@/lib/selection";

export default function NewCampaignPage() {
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    // The selection lives in this tab's storage, which the server cannot read.
    const timer = setTimeout(() => setDraft(newDraft(takeSelection())));
    return () => clearTimeout(timer);
  }, []);
  return draft ? <CampaignWizard initial={draft} initialId={null} /> : <SkeletonRows />;
}
