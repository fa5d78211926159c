"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

interface MultiInputProps {
  label: string;
  addLabel: string;
  values: string[];
  onChange: (values: string[]) => void;
  error?: string;
  type?: string;
  inputMode?: "tel" | "email" | "text";
  testId: string;
}

/** Several values of one kind; there is always a line to write in. */
export function MultiInput({ label, addLabel, values, onChange, error, testId, ...input }: MultiInputProps) {
  const t = useTranslations("contacts");
  const lines = values.length > 0 ? values : [""];
  const set = (index: number, value: string) => onChange(lines.map((line, at) => (at === index ? value : line)));
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-[0.87rem] font-medium text-ink-2">{label}</legend>
      {lines.map((line, index) => (
        <div key={index} className="flex gap-1">
          <Input
            value={line}
            aria-label={label}
            aria-invalid={error ? true : undefined}
            onChange={(event) => set(index, event.target.value)}
            data-testid={index === 0 ? testId : undefined}
            {...input}
          />
          {lines.length > 1 ? (
            <Button variant="ghost" size="icon" aria-label={t("removeValue", { value: line || label })} onClick={() => onChange(lines.filter((_, at) => at !== index))}>
              <X aria-hidden />
            </Button>
          ) : null}
        </div>
      ))}
      {error ? <p role="alert" className="text-[0.82rem] text-bad-ink">{error}</p> : null}
      <Button variant="ghost" size="sm" className="-ml-2 justify-self-start text-seal" onClick={() => onChange([...lines, ""])}>
        <Plus aria-hidden />
        {addLabel}
      </Button>
    </fieldset>
  );
}
