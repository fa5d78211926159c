"use client";

import { Scale } from "lucide-react";
import { useTranslations } from "use-intl";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { LEGAL_BASES, type LegalBasis } from "@/lib/imports";
import type { MappingDraft } from "@/lib/mapping-draft";

const ARTICLES = ["15", "20", "22"] as const;

interface OriginFieldsProps {
  draft: MappingDraft;
  onChange: (part: Partial<MappingDraft>) => void;
  /** The volunteer has tried to go on: what is missing is said now. */
  tried: boolean;
}

/** Where the list comes from and why the camp may keep it: asked for every list, said to anybody who asks. */
export function OriginFields({ draft, onChange, tried }: OriginFieldsProps) {
  const t = useTranslations("imports");
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <div className="grid content-start gap-4">
        <Field label={t("source")} hint={t("sourceHint")} error={tried && !draft.source.trim() ? t("sourceMissing") : undefined}>
          <Input
            value={draft.source}
            maxLength={200}
            onChange={(event) => onChange({ source: event.target.value })}
            placeholder={t("sourcePlaceholder")}
            data-testid="import-source"
            data-need="source"
          />
        </Field>
        <Field
          label={t("legalBasis")}
          hint={draft.basis ? t(`basis_${draft.basis}_note`) : undefined}
          error={tried && !draft.basis ? t("basisMissing") : undefined}
        >
          <Select
            value={draft.basis}
            onValueChange={(value) => onChange({ basis: value as LegalBasis })}
            placeholder={t("basisPick")}
            options={LEGAL_BASES.map((value) => ({ value, label: t(`basis_${value}`), hint: t(`basis_${value}_note`) }))}
            data-testid="import-legal-basis"
          />
        </Field>
      </div>
      <div className="rounded-lg bg-sunken p-4">
        <p className="flex items-center gap-2 text-[0.9rem] font-semibold">
          <Scale className="size-4 text-seal" aria-hidden />
          {t("lawTitle")}
        </p>
        <ul className="mt-2 grid gap-2 text-[0.87rem] text-ink-2">
          {ARTICLES.map((article) => (
            <li key={article} className="flex gap-2.5">
              <span className="shrink-0 font-semibold whitespace-nowrap text-ink">{t("article", { number: article })}</span>
              <span>{t(`article${article}`)}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
