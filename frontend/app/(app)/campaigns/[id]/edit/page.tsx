"use client";

import { useParams, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { CampaignWizard } from "@/components/campaigns/wizard";
import { SkeletonRows } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useCampaign } from "@/lib/campaigns";
import { readCampaign } from "@/lib/draft";
import type { Campaign } from "@/lib/types";

export default function EditCampaignPage() {
  const { id } = useParams<{ id: string }>();
  const campaign = useCampaign(id);
  const router = useRouter();
  const launched = campaign.data && campaign.data.status !== "draft";
  useEffect(() => {
    if (launched) router.replace(`/campaigns/${id}`);
  }, [launched, id, router]);
  if (!campaign.data) return <Unready card query={campaign} />;
  if (launched) return <SkeletonRows />;
  return <EditDraft key={id} campaign={campaign.data} />;
}

/** Starts from the draft as it was when the page opened; later answers must not overwrite what is being typed. */
function EditDraft({ campaign }: { campaign: Campaign }) {
  const [draft] = useState(() => readCampaign(campaign));
  // Who is asked for a second word comes straight to what there is to read.
  const atCheck = useSearchParams().get("step") === "check";
  return <CampaignWizard initial={draft} initialId={campaign.id} firstStep={atCheck ? 3 : 0} />;
}
