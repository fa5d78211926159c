"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { useLiftOptOut } from "@/lib/opt-outs";
import type { OptOut } from "@/lib/types";

/** An opt-out is taken back only with a reason, because the hub must be able to show that the person wanted it. */
export function LiftDialog({ item, onClose }: { item: OptOut | null; onClose: () => void }) {
  const t = useTranslations("optOuts");
  return (
    <Dialog open={item !== null} onOpenChange={(open) => !open && onClose()} title={t("liftTitle")} description={t("liftNote", { value: item?.value_masked ?? "" })}>
      {item ? <LiftForm item={item} onClose={onClose} /> : null}
    </Dialog>
  );
}

function LiftForm({ item, onClose }: { item: OptOut; onClose: () => void }) {
  const t = useTranslations();
  const lift = useLiftOptOut();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    lift.mutate({ id: item.id, reason: reason.trim() }, {
      onSuccess: () => {
        toast.success(t("optOuts.lifted"));
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t("optOuts.liftReason")} error={lift.error?.message}>
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={200} placeholder={t("optOuts.liftReasonPlaceholder")} className="min-h-20" data-testid="lift-reason" />
      </Field>
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" disabled={!reason.trim()} loading={lift.isPending} data-testid="lift-confirm">{t("optOuts.lift")}</Button>
      </DialogFooter>
    </form>
  );
}
