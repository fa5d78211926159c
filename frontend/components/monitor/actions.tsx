"use client";

import { Ban, Pause, Play, RotateCw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { useCampaignAction } from "@/lib/campaigns";
import { isFinal } from "@/lib/states";
import type { CampaignStatus } from "@/lib/types";

/** Offered once a campaign is over and some of its messages failed. */
function RetryFailed({ id }: { id: string }) {
  const t = useTranslations("retry");
  const action = useCampaignAction(id);
  return (
    <Button
      variant="secondary"
      title={t("note")}
      loading={action.isPending}
      onClick={() => action.mutate("retry-failed", { onSuccess: () => toast.success(t("started")) })}
      data-testid="campaign-retry"
    >
      <RotateCw aria-hidden />
      {t("button")}
    </Button>
  );
}

interface CampaignActionsProps {
  id: string;
  status: CampaignStatus;
  failed: number;
  /** A replaced text waits for a second person's word. */
  held: boolean;
}

export function CampaignActions({ id, status, failed, held }: CampaignActionsProps) {
  const t = useTranslations("monitor");
  const action = useCampaignAction(id);
  const [asking, setAsking] = useState(false);
  // A stopped campaign goes on when its reason is gone: the owner says so.
  if (isFinal(status) && status !== "stopped") return status === "completed" && failed > 0 ? <RetryFailed id={id} /> : null;
  const pending = (name: string) => action.isPending && action.variables === name;
  return (
    <>
      {status === "sending" || status === "launching" || status === "scheduled" ? (
        <Button variant="secondary" loading={pending("pause")} onClick={() => action.mutate("pause")} data-testid="campaign-pause">
          <Pause aria-hidden />
          {t("pause")}
        </Button>
      ) : null}
      {status === "paused" || status === "stopped" ? (
        <Button loading={pending("resume")} disabled={held} title={held ? t("heldBack") : undefined} onClick={() => action.mutate("resume")} data-testid="campaign-resume">
          <Play aria-hidden />
          {t("resume")}
        </Button>
      ) : null}
      <Button variant="danger-ghost" onClick={() => setAsking(true)} data-testid="campaign-cancel">
        <Ban aria-hidden />
        {t("cancel")}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("cancelTitle")}
        description={t("cancelNote")}
        confirmLabel={t("cancelConfirm")}
        pending={pending("cancel")}
        onConfirm={() => action.mutate("cancel", { onSettled: () => setAsking(false) })}
        testId="campaign-cancel-confirm"
      />
    </>
  );
}
