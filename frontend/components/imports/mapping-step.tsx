"use client";

import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { TagEditor } from "@/components/contacts/tag-editor";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ChoiceCards } from "@/components/ui/controls";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select, type Option } from "@/components/ui/select";
import { useConfirmMapping } from "@/lib/imports";
import type { ImportColumn, ImportItem, OnExisting } from "@/lib/types";
import { cn } from "@/lib/utils";

const FIELDS = ["name", "phone", "landline", "email", "kakao_id", "address", "tags", "note", "birth"] as const;
const POINTS = ["phone", "email", "kakao_id"];
const BASES = ["consent", "party_membership", "public_source", "contract", "legal_duty"] as const;

export function MappingStep({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const confirm = useConfirmMapping(item.id);
  const [mapping, setMapping] = useState<Record<string, string>>(() =>
    Object.fromEntries(item.columns.map((column) => [column.header, column.field])),
  );
  const [onExisting, setOnExisting] = useState<OnExisting>("fill");
  const [tags, setTags] = useState<string[]>([]);
  const [source, setSource] = useState("");
  const [basis, setBasis] = useState<string>("consent");
  const usable = Object.values(mapping).some((field) => POINTS.includes(field));
  const submit = () =>
    confirm.mutate({ mapping, on_existing: onExisting, tags, source: source.trim() || null, legal_basis: basis });
  return (
    <div>
      <header className="px-5 pt-5 sm:px-7 sm:pt-6">
        <h2 className="text-lg font-semibold">{t("mapTitle")}</h2>
        <p className="mt-0.5 text-[0.9rem] text-ink-3">{t("mapNote")}</p>
      </header>
      <div className="mt-3 divide-y divide-line border-y border-line" data-testid="mapping-table">
        {item.columns.map((column, index) => (
          <ColumnLine
            key={`${column.header}-${index}`}
            column={column}
            value={mapping[column.header] ?? "ignore"}
            onChange={(field) => setMapping({ ...mapping, [column.header]: field })}
          />
        ))}
      </div>
      <div className="grid gap-6 p-5 sm:p-7 lg:grid-cols-2">
        <div>
          <h3 className="mb-2 text-[0.87rem] font-medium text-ink-2">{t("onExisting")}</h3>
          <ChoiceCards
            label={t("onExisting")}
            value={onExisting}
            onValueChange={setOnExisting}
            options={(["fill", "overwrite", "skip"] as const).map((value) => ({
              value, title: t(value), note: t(`${value}Note`), testId: `on-existing-${value}`,
            }))}
          />
        </div>
        <div className="grid content-start gap-4">
          <Field label={t("defaultTags")}><TagEditorField tags={tags} onChange={setTags} /></Field>
          <Field label={t("source")}>
            <Input value={source} onChange={(event) => setSource(event.target.value)} placeholder={t("sourcePlaceholder")} data-testid="import-source" />
          </Field>
          <Field label={t("legalBasis")}>
            <Select value={basis} onValueChange={setBasis} options={BASES.map((value) => ({ value, label: t(value) }))} data-testid="import-legal-basis" />
          </Field>
        </div>
      </div>
      <footer className="flex flex-wrap items-center justify-end gap-4 border-t border-line bg-sunken/50 px-5 py-4 sm:px-7">
        {usable ? null : <Notice tone="warn" className="flex-1 py-2">{t("needPoint")}</Notice>}
        <Button size="lg" disabled={!usable} loading={confirm.isPending} onClick={submit} data-testid="mapping-confirm">
          {t("start")}
          <ArrowRight aria-hidden />
        </Button>
      </footer>
    </div>
  );
}

function TagEditorField({ id, tags, onChange }: { id?: string; tags: string[]; onChange: (tags: string[]) => void }) {
  return <TagEditor id={id} tags={tags} onChange={onChange} testId="import-tags" />;
}

function confidence(column: ImportColumn): { tone: Tone; key: "sure" | "likely" | "unsure" } {
  if (column.confidence >= 0.85) return { tone: "good", key: "sure" };
  return column.confidence >= 0.6 ? { tone: "seal", key: "likely" } : { tone: "warn", key: "unsure" };
}

function useFieldOptions(column: ImportColumn): Option[] {
  const t = useTranslations("importField");
  const proposed = column.field.startsWith("custom:") ? column.field : `custom:${column.header}`;
  return [
    ...FIELDS.map((value) => ({ value, label: t(value) })),
    { value: proposed, label: t("custom", { label: proposed.slice("custom:".length) }) },
    { value: "ignore", label: t("ignore") },
  ];
}

function ColumnLine({ column, value, onChange }: { column: ImportColumn; value: string; onChange: (field: string) => void }) {
  const t = useTranslations("imports");
  const options = useFieldOptions(column);
  const { tone, key } = confidence(column);
  const ignored = value === "ignore";
  return (
    <div className="grid items-center gap-x-4 gap-y-2 px-5 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto_minmax(0,13rem)] sm:px-7">
      <div className="flex min-w-0 items-center gap-2">
        <span className={cn("truncate font-medium", ignored && "text-ink-3")}>{column.header}</span>
        {ignored ? null : <Badge tone={tone}>{t(key)}</Badge>}
      </div>
      <p className="truncate text-[0.87rem] text-ink-3" title={column.samples.join(", ")}>
        {column.samples.filter(Boolean).join(" · ") || t("emptySample")}
      </p>
      <ArrowRight className="size-4 text-ink-3/60 max-sm:hidden" aria-hidden />
      <Select value={value} onValueChange={onChange} options={options} aria-label={`${column.header}: ${t("field")}`} data-testid={`mapping-${column.header}`} />
    </div>
  );
}
