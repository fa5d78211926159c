"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, Send, Split as SplitIcon, TriangleAlert } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Notice } from "@/components/ui/feedback";
import { ApiError } from "@/lib/api";
import { launchCampaign } from "@/lib/campaigns";
import { toInstant, type Draft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import type { CampaignPreview } from "@/lib/types";
import { uuid } from "@/lib/utils";
import { Refused } from "./refused";

interface LaunchPanelProps {
  draft: Draft;
  preview: CampaignPreview;
  ready: boolean;
  save: () => Promise<string>;
}

/**
 * Saves what is on the screen and launches it. The draft's id and the key stay the same until the server has refused,
 * so a lost answer that is tried again can never send twice.
 */
function useLaunch(save: LaunchPanelProps["save"]) {
  const router = useRouter();
  const client = useQueryClient();
  const t = useTranslations("wizard");
  const key = useRef<string | null>(null);
  return useMutation({
    mutationFn: async () => {
      const id = await save();
      key.current ??= uuid();
      await launchCampaign(id, key.current);
      return id;
    },
    meta: { quiet: true },
    onError: (error) => {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) key.current = null;
    },
    onSuccess: async (campaignId) => {
      toast.success(t("launched"));
      await client.invalidateQueries({ queryKey: ["campaigns"] });
      router.replace(`/campaigns/${campaignId}`);
    },
  });
}

export function LaunchPanel({ draft, preview, ready, save }: LaunchPanelProps) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const launch = useLaunch(save);
  const [asking, setAsking] = useState(false);
  // React learns of the pending launch a moment after the click; a held Enter key is faster than that.
  const underWay = useRef(false);
  const confirm = () => {
    if (underWay.current) return;
    underWay.current = true;
    launch.mutate(undefined, {
      onError: () => {
        underWay.current = false;
        setAsking(false);
      },
    });
  };
  const count = format.total(preview.audience);
  const later = draft.scheduledAt !== null;
  const asked = preview.compliance.verdicts.filter((verdict) => verdict.fixes.some((fix) => fix.kind === "confirm"));
  return (
    <>
      {launch.error ? <Refused error={launch.error} testId="launch-error" className="mt-4" /> : null}
      <Button size="lg" className="mt-5 h-14 w-full text-[1.05rem]" disabled={!ready || launch.isSuccess} onClick={() => setAsking(true)} data-testid="launch-button">
        {later ? <CalendarClock aria-hidden /> : <Send aria-hidden />}
        {t(later ? "launchLater" : "launch")}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={(open) => !launch.isPending && setAsking(open)}
        title={t(later ? "launchLaterTitle" : "launchTitle", { count })}
        description={later ? t("launchLaterNote", { at: format.dateTime(toInstant(draft.scheduledAt ?? "")) }) : t("launchNote")}
        confirmLabel={later ? t("launchLater") : t("launchConfirm", { count })}
        pending={launch.isPending || launch.isSuccess}
        onConfirm={confirm}
        testId="launch-confirm"
      >
        {draft.split ? <Notice icon={<SplitIcon aria-hidden />} className="mt-3">{t(`launchSplit.${draft.split.decide}`)}</Notice> : null}
        {asked.map((verdict) => (
          <Notice key={verdict.rule} tone="warn" icon={<TriangleAlert aria-hidden />} className="mt-3">{verdict.message}</Notice>
        ))}
      </Confirm>
    </>
  );
}
