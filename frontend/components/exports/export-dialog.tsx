"use client";

import { Scale } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Checkbox, Segmented } from "@/components/ui/controls";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { useStartExport, type ExportFormat, type Target } from "@/lib/bulk";
import { useCustomFields } from "@/lib/imports";

const COLUMNS = [
  "name", "phones", "emails", "kakao_ids", "address", "birth", "tags", "note", "source", "legal_basis", "opted_out", "created_at",
] as const;
const USUAL = ["name", "phones", "emails", "tags"];
/** How the API calls a column of the camp's own. */
const customColumn = (label: string): string => `custom:${label}`;

interface ExportDialogProps {
  open: boolean;
  target: Target;
  count: string;
  onClose: () => void;
  onStarted: () => void;
}

export function ExportDialog({ open, count, onClose, ...rest }: ExportDialogProps) {
  const t = useTranslations("exports");
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={t("dialogTitle", { count })} description={t("dialogNote")}>
      {open ? <ExportForm onClose={onClose} {...rest} /> : null}
    </Dialog>
  );
}

function ExportForm({ target, onClose, onStarted }: Omit<ExportDialogProps, "open" | "count">) {
  const t = useTranslations();
  const start = useStartExport();
  const [format, setFormat] = useState<ExportFormat>("xlsx");
  const [chosen, setChosen] = useState<string[]>(USUAL);
  const [reason, setReason] = useState("");
  const known = useCustomFields().data ?? [];
  const all = [...COLUMNS, ...known.map((field) => customColumn(field.label))];
  const columns = all.filter((column) => chosen.includes(column));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate({ target, format, columns, reason: reason.trim() }, { onSuccess: onStarted });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <div className="grid gap-1.5">
        <span className="text-[0.87rem] font-medium text-ink-2">{t("exports.format")}</span>
        <Segmented
          className="justify-self-start"
          label={t("exports.format")}
          value={format}
          onValueChange={setFormat}
          options={[{ value: "xlsx", label: t("exports.xlsx"), testId: "export-xlsx" }, { value: "csv", label: "CSV", testId: "export-csv" }]}
        />
      </div>
      <ColumnPicker all={all} chosen={chosen} onChange={setChosen} />
      <Field label={t("exports.reason")} hint={t("exports.reasonHint")} error={start.error?.message}>
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} placeholder={t("exports.reasonPlaceholder")} className="min-h-20" data-testid="export-reason" />
      </Field>
      <Notice tone="warn" icon={<Scale aria-hidden />}>{t("exports.law")}</Notice>
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" disabled={!reason.trim() || columns.length === 0} loading={start.isPending} data-testid="export-confirm">{t("exports.start")}</Button>
      </DialogFooter>
    </form>
  );
}

interface ColumnPickerProps {
  all: string[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function ColumnPicker({ all, chosen, onChange }: ColumnPickerProps) {
  const t = useTranslations("exports");
  const toggle = (column: string, on: boolean) => onChange(on ? [...chosen, column] : chosen.filter((other) => other !== column));
  const label = (column: string) => {
    const key = `column.${column}` as "column.name";
    return t.has(key) ? t(key) : column.slice(customColumn("").length);
  };
  return (
    <fieldset>
      <legend className="mb-1.5 text-[0.87rem] font-medium text-ink-2">{t("columns")}</legend>
      <div className="grid grid-cols-2 gap-x-4 gap-y-1 sm:grid-cols-3">
        {all.map((column) => (
          <label key={column} className="flex min-w-0 items-center gap-2 py-1 text-[0.93rem]">
            <Checkbox checked={chosen.includes(column)} onCheckedChange={(value) => toggle(column, value === true)} />
            <span className="truncate">{label(column)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
