"use client";

import { useQueryClient } from "@tanstack/react-query";
import { UserRoundCheck } from "lucide-react";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { ApprovalState } from "@/components/campaigns/approval-card";
import { Card, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { useApprovals } from "@/lib/approvals";

/** A replaced text that waits for a second person's word: nothing goes on before. */
export function HeldCard({ id }: { id: string }) {
  const t = useTranslations("replaceContent");
  const client = useQueryClient();
  const latest = useApprovals(id, true).data?.[0];
  const approved = latest?.state === "approved" && latest.current;
  useEffect(() => {
    if (approved) void client.invalidateQueries({ queryKey: ["campaigns", "one", id] });
  }, [approved, client, id]);
  return (
    <Card className="mb-5 pb-5" data-testid="approval" data-state={latest?.state ?? "none"}>
      <CardHeader
        title={<span className="inline-flex items-center gap-2"><UserRoundCheck className="size-4.5 text-seal" aria-hidden />{t("heldTitle")}</span>}
        note={t("heldNote")}
      />
      <div className="grid gap-3 px-5 pt-3">{latest ? <ApprovalState approval={latest} /> : <Skeleton className="h-14" />}</div>
    </Card>
  );
}
