"use client";

import { useSearchParams } from "next/navigation";
import { Suspense, useEffect, useState } from "react";
import { CampaignWizard } from "@/components/campaigns/wizard";
import { SkeletonRows } from "@/components/ui/feedback";
import { newDraft, type Draft } from "@/lib/draft";
import { takeAudience } from "@/lib/selection";

export default function NewCampaignPage() {
  return (
    <Suspense>
      <NewCampaign />
    </Suspense>
  );
}

function NewCampaign() {
  const imported = useSearchParams().get("import_id");
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    // The audience lives in this tab's storage, which the server cannot read.
    const timer = setTimeout(() => setDraft(newDraft(imported ? { filter: { import: imported } } : takeAudience())));
    return () => clearTimeout(timer);
  }, [imported]);
  return draft ? <CampaignWizard initial={draft} initialId={null} /> : <SkeletonRows />;
}
