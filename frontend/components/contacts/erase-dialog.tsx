"use client";

import { Scale } from "lucide-react";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { useErase } from "@/lib/privacy";
import type { ContactDetail } from "@/lib/types";

interface EraseDialogProps {
  contact: ContactDetail;
  open: boolean;
  onClose: () => void;
  onGone: () => void;
}

/** Erasing cannot be undone, so it wants a reason and a typed word. */
export function EraseDialog({ contact, open, onClose, onGone }: EraseDialogProps) {
  const t = useTranslations("privacy");
  const name = contact.name ?? "";
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={t("eraseTitle", { name: name || "–" })} description={t("eraseNote")}>
      {open ? <EraseForm contact={contact} onClose={onClose} onGone={onGone} /> : null}
    </Dialog>
  );
}

function EraseForm({ contact, onClose, onGone }: Omit<EraseDialogProps, "open">) {
  const t = useTranslations();
  const erase = useErase(contact.id);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const word = t("privacy.eraseWord");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    erase.mutate(reason.trim(), {
      onSuccess: () => {
        toast.success(t("privacy.erased"));
        onGone();
      },
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t("privacy.eraseReason")} error={erase.error?.message}>
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} placeholder={t("privacy.eraseReasonPlaceholder")} className="min-h-20" data-testid="erase-reason" />
      </Field>
      <Field label={t("privacy.eraseType", { word })}>
        <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" data-testid="erase-typed" />
      </Field>
      <Notice icon={<Scale aria-hidden />}>{t("privacy.eraseLaw")}</Notice>
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="danger" disabled={!reason.trim() || typed.trim() !== word} loading={erase.isPending} data-testid="erase-confirm">
          {t("privacy.erase")}
        </Button>
      </DialogFooter>
    </form>
  );
}
