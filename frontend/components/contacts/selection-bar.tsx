"use client";

import { Send, Trash2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { useDeleteContacts } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { keepSelection } from "@/lib/selection";

/** What can be done with the chosen contacts; floats over the list. */
export function SelectionBar({ ids, onClear }: { ids: string[]; onClear: () => void }) {
  const t = useTranslations();
  const format = useFormat();
  const router = useRouter();
  const remove = useDeleteContacts();
  const [asking, setAsking] = useState(false);
  const count = format.number(ids.length);
  const compose = () => {
    keepSelection(ids);
    router.push("/campaigns/new");
  };
  const confirmDelete = () =>
    remove.mutate(ids, {
      onSuccess: () => toast.success(t("contacts.deleted")),
      onSettled: () => {
        setAsking(false);
        onClear();
      },
    });
  return (
    <div className="absolute inset-x-3 bottom-3 z-10 mx-auto flex max-w-xl animate-rise flex-wrap items-center gap-2 rounded-xl border border-line bg-raised p-2 pl-4 shadow-3">
      <span className="mr-auto font-medium">{t("contacts.selected", { count })}</span>
      <Button size="sm" onClick={compose} data-testid="selection-campaign">
        <Send aria-hidden />
        {t("contacts.campaignFor")}
      </Button>
      <Button size="icon-sm" variant="danger-ghost" onClick={() => setAsking(true)} aria-label={t("common.delete")}>
        <Trash2 aria-hidden />
      </Button>
      <Button size="icon-sm" variant="ghost" onClick={onClear} aria-label={t("contacts.clearSelection")}>
        <X aria-hidden />
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("contacts.deleteMany", { count })}
        description={t("contacts.deleteManyNote")}
        confirmLabel={t("common.delete")}
        pending={remove.isPending}
        onConfirm={confirmDelete}
      />
    </div>
  );
}
