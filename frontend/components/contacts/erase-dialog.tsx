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
import { useErase, useEraseNumber } from "@/lib/privacy";
import type { ContactDetail } from "@/lib/types";

interface Closing {
  open: boolean;
  onClose: () => void;
  onGone: () => void;
}
interface ErasingProps extends Closing {
  title: string;
  note: string;
  erase: ReturnType<typeof useErase> | ReturnType<typeof useEraseNumber>;
}

/** A person, everywhere. */
export function EraseDialog({ contact, ...closing }: Closing & { contact: ContactDetail }) {
  const t = useTranslations("privacy");
  const erase = useErase(contact.id);
  return <Erasing title={t("eraseTitle", { name: contact.name || "–" })} note={t("eraseNote")} erase={erase} {...closing} />;
}

/** What a number has left that is in no contact. */
export function EraseNumberDialog({ phone, ...closing }: Closing & { phone: string }) {
  const t = useTranslations("privacy");
  const erase = useEraseNumber(phone);
  return <Erasing title={t("eraseNumberTitle", { phone })} note={t("eraseNumberNote")} erase={erase} {...closing} />;
}

/** Erasing cannot be undone, so it wants a reason and a typed word. */
function Erasing({ title, note, open, ...form }: ErasingProps) {
  return (
    <Dialog open={open} onOpenChange={(next) => !next && form.onClose()} title={title} description={note}>
      {open ? <EraseForm {...form} /> : null}
    </Dialog>
  );
}

function EraseForm({ erase, onClose, onGone }: Omit<ErasingProps, "open" | "title" | "note">) {
  const t = useTranslations();
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
