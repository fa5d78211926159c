"use client";

import { Merge, Undo2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { useMerges, useUndoMerge, type MergeRecord } from "@/lib/contacts";
import { useFormat } from "@/lib/format";

/** Who was merged into this person; each merge can be undone. Not drawn while there was none. */
export function MergeSection({ contactId }: { contactId: string }) {
  const t = useTranslations("contacts");
  const format = useFormat();
  const merges = useMerges(contactId);
  const [undoing, setUndoing] = useState<MergeRecord | null>(null);
  if (!merges.data?.length) return null;
  return (
    <Card data-testid="contact-merges">
      <CardHeader title={t("merges")} note={t("mergesNote")} />
      <ul className="divide-y divide-line px-5 pb-2">
        {merges.data.map((merge) => (
          <li key={merge.id} className="flex items-center gap-3 py-2.5">
            <Merge className="size-4 shrink-0 text-ink-3" aria-hidden />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{merge.merged.name ?? t("noName")}</span>
              <span className="block text-[0.84rem] text-ink-3">{format.dateTime(merge.at)}</span>
            </span>
            {merge.can_undo ? (
              <Button variant="secondary" size="sm" onClick={() => setUndoing(merge)} data-testid="merge-undo">
                <Undo2 aria-hidden />
                {t("mergeUndo")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <UndoConfirm merge={undoing} onClose={() => setUndoing(null)} />
    </Card>
  );
}

function UndoConfirm({ merge, onClose }: { merge: MergeRecord | null; onClose: () => void }) {
  const t = useTranslations("contacts");
  const undo = useUndoMerge();
  const confirm = () =>
    merge && undo.mutate(merge.id, {
      onSuccess: ({ kept_edits }) => toast.success(kept_edits > 0 ? t("mergeUndoneKept", { count: kept_edits }) : t("mergeUndone")),
      onSettled: onClose,
    });
  return (
    <Confirm
      open={merge !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t("mergeUndoTitle")}
      description={t("mergeUndoNote", { name: merge?.merged.name ?? t("noName") })}
      confirmLabel={t("mergeUndo")}
      pending={undo.isPending}
      onConfirm={confirm}
      testId="merge-undo-confirm"
    />
  );
}
