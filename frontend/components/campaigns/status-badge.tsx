"use client";

import { useTranslations } from "use-intl";
import { Badge, Dot } from "@/components/ui/badge";
import { CAMPAIGN_TONE, isRunning } from "@/lib/states";
import type { CampaignStatus } from "@/lib/types";

export function StatusBadge({ status }: { status: CampaignStatus }) {
  const t = useTranslations("campaignStatus");
  const tone = CAMPAIGN_TONE[status];
  return (
    <Badge tone={tone} data-testid="campaign-status" data-status={status}>
      <Dot tone={tone} live={isRunning(status)} />
      {t(status)}
    </Badge>
  );
}
