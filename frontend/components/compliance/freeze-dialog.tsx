"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { formErrors } from "@/components/settings/collection";
import { Button } from "@/components/ui/button";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { useFreezeSending, useLiftFreeze, type Freeze } from "@/lib/compliance";

interface FreezeDialogProps {
  open: boolean;
  onClose: () => void;
  /** Null freezes everything. */
  campaign: { id: string; name: string } | null;
}

/** Stops sending at once and keeps the evidence (공직선거법 제82조의4 제4항·제5항). */
export function FreezeDialog({ open, onClose, campaign }: FreezeDialogProps) {
  const t = useTranslations("compliance.freeze");
  const title = campaign ? t("campaignTitle", { name: campaign.name }) : t("title");
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={title} description={t("note")} data-testid="freeze-dialog">
      {open ? <FreezeForm campaignId={campaign?.id ?? null} onClose={onClose} /> : null}
    </Dialog>
  );
}

function FreezeForm({ campaignId, onClose }: { campaignId: string | null; onClose: () => void }) {
  const t = useTranslations();
  const freeze = useFreezeSending();
  const [reason, setReason] = useState("");
  const [orderedBy, setOrderedBy] = useState("");
  const errors = formErrors(freeze.error, ["reason", "ordered_by"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    freeze.mutate({ campaign_id: campaignId, reason: reason.trim(), ordered_by: orderedBy.trim() }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("compliance.freeze.reason")} error={errors.of("reason")}>
        <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} placeholder={t("compliance.freeze.reasonPlaceholder")} className="min-h-20" data-testid="freeze-reason" />
      </Field>
      <Field label={t("compliance.freeze.orderedBy")} optional={t("common.optional")} hint={t("compliance.freeze.orderedByHint")} error={errors.of("ordered_by")}>
        <Input value={orderedBy} maxLength={500} onChange={(event) => setOrderedBy(event.target.value)} data-testid="freeze-ordered-by" />
      </Field>
      {errors.general ? <p role="alert" className="text-[0.9rem] text-bad-ink">{errors.general}</p> : null}
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="danger" disabled={reason.trim().length < 2} loading={freeze.isPending} data-testid="freeze-confirm">{t("compliance.freeze.button")}</Button>
      </DialogFooter>
    </form>
  );
}

export function LiftFreezeDialog({ freeze, onClose }: { freeze: Freeze | null; onClose: () => void }) {
  const t = useTranslations("compliance.freeze");
  return (
    <Dialog open={freeze !== null} onOpenChange={(next) => !next && onClose()} title={t("liftTitle")} description={t("liftNote")}>
      {freeze ? <LiftForm freeze={freeze} onClose={onClose} /> : null}
    </Dialog>
  );
}

function LiftForm({ freeze, onClose }: { freeze: Freeze; onClose: () => void }) {
  const t = useTranslations();
  const lift = useLiftFreeze();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    lift.mutate({ id: freeze.id, reason: reason.trim() }, {
      onSuccess: () => {
        toast.success(t("compliance.freeze.lifted"));
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t("compliance.freeze.liftReason")} error={lift.error?.message}>
        <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} className="min-h-20" data-testid="freeze-lift-reason" />
      </Field>
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" disabled={reason.trim().length < 2} loading={lift.isPending} data-testid="freeze-lift-confirm">{t("compliance.freeze.lift")}</Button>
      </DialogFooter>
    </form>
  );
}
