"use client";

import { ShieldAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useCustomFields } from "@/lib/imports";

interface CustomInputsProps {
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
  error?: string;
}

/** A line for each field of the camp's own, whether the person has a value for it or not. */
export function CustomInputs({ values, onChange, error }: CustomInputsProps) {
  const t = useTranslations("contacts");
  const known = useCustomFields().data ?? [];
  const sensitive = new Set(known.filter((field) => field.sensitive).map((field) => field.label));
  const labels = [...new Set([...Object.keys(values), ...known.map((field) => field.label)])];
  if (labels.length === 0) return null;
  const set = (label: string, value: string) => {
    const next = { ...values, [label]: value };
    if (!value) delete next[label];
    onChange(next);
  };
  return (
    <fieldset className="grid gap-3 rounded-lg bg-sunken p-4">
      <legend className="float-left mb-1 text-[0.87rem] font-medium text-ink-2">{t("customFields")}</legend>
      <div className="clear-both grid gap-3 sm:grid-cols-2">
        {labels.map((label) => (
          <Field
            key={label}
            label={
              <span className="inline-flex items-center gap-1.5">
                {label}
                {sensitive.has(label) ? <ShieldAlert className="size-3.5 text-warn-ink" aria-label={t("sensitive")} /> : null}
              </span>
            }
          >
            <Input value={values[label] ?? ""} onChange={(event) => set(label, event.target.value)} data-testid={`custom-${label}`} />
          </Field>
        ))}
      </div>
      {error ? <p role="alert" className="text-[0.82rem] text-bad-ink">{error}</p> : null}
    </fieldset>
  );
}
