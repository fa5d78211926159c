"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { useDeleteDraft } from "@/lib/campaigns";

export function DeleteDraftButton({ id, name }: { id: string; name: string }) {
  const t = useTranslations("campaigns");
  const router = useRouter();
  const remove = useDeleteDraft();
  const [asking, setAsking] = useState(false);
  const confirm = () =>
    remove.mutate(id, {
      onSuccess: () => {
        toast.success(t("deleted"));
        router.replace("/campaigns");
      },
      onError: () => setAsking(false),
    });
  return (
    <>
      <Button variant="danger-ghost" size="icon" aria-label={t("deleteDraft")} title={t("deleteDraft")} onClick={() => setAsking(true)} data-testid="draft-delete">
        <Trash2 aria-hidden />
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("deleteTitle")}
        description={t("deleteNote", { name })}
        confirmLabel={t("deleteDraft")}
        pending={remove.isPending}
        onConfirm={confirm}
      />
    </>
  );
}
