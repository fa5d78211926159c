"use client";

import { useId, useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/controls";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useCreateCustomField } from "@/lib/imports";
import type { ImportColumn } from "@/lib/types";

interface CustomFieldDialogProps {
  column: ImportColumn;
  onClose: () => void;
  onCreated: (label: string) => void;
  /** The column's own choice, which the keyboard comes from. */
  wayBack: () => HTMLElement | null;
}

/** A field of the camp's own, made without leaving the import. */
export function CustomFieldDialog({ column, onClose, onCreated, wayBack }: CustomFieldDialogProps) {
  const t = useTranslations();
  const create = useCreateCustomField();
  const switchId = useId();
  const [label, setLabel] = useState(column.header);
  const [sensitive, setSensitive] = useState(Boolean(column.sensitive));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = label.trim();
    if (!wanted) return;
    create.mutate({ label: wanted, sensitive }, {
      onSuccess: () => {
        onCreated(wanted);
        onClose();
      },
    });
  };
  return (
    <Dialog open onOpenChange={onClose} wayBack={wayBack} title={t("imports.newFieldTitle")} description={t("imports.newFieldNote")}>
      <form onSubmit={submit} className="grid gap-5">
        <Field label={t("imports.newFieldLabel")} error={create.error?.message}>
          <Input value={label} maxLength={50} onChange={(event) => setLabel(event.target.value)} data-testid="custom-field-label" />
        </Field>
        <div className="flex items-start gap-3">
          <Switch id={switchId} checked={sensitive} onCheckedChange={setSensitive} data-testid="custom-field-sensitive" />
          <label htmlFor={switchId} className="text-[0.93rem]">
            {t("imports.newFieldSensitive")}
            <span className="block text-[0.84rem] text-ink-3">{t("imports.newFieldSensitiveNote")}</span>
          </label>
        </div>
        <DialogFooter>
          <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" loading={create.isPending} disabled={!label.trim()} data-testid="custom-field-save">{t("common.create")}</Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
