"use client";

import { Eraser } from "lucide-react";
import { useTranslations } from "use-intl";
import { ChoiceCards } from "@/components/ui/controls";
import type { OnExisting } from "@/lib/types";

const CHOICES = ["fill", "overwrite", "skip"] as const;

/** What a known person's values become, each way with the same example, and how a cell takes a value away. */
export function ExistingChoice({ value, onChange }: { value: OnExisting; onChange: (value: OnExisting) => void }) {
  const t = useTranslations("imports");
  return (
    <>
      <p className="mb-3 rounded-lg bg-sunken px-4 py-2.5 text-[0.87rem] text-ink-2">{t("exampleGiven")}</p>
      <ChoiceCards
        label={t("onExisting")}
        value={value}
        onValueChange={onChange}
        className="lg:grid-cols-3"
        options={CHOICES.map((choice) => ({
          value: choice,
          title: t(choice),
          testId: `on-existing-${choice}`,
          note: (
            <>
              {t(`${choice}Note`)}
              <span className="mt-2 block text-ink-2">{t(`${choice}Example`)}</span>
            </>
          ),
        }))}
      />
      <p className="mt-3 flex gap-2.5 text-[0.87rem] text-ink-3">
        <Eraser className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span>
          {t.rich("clearing", { dashes: (chunks) => <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-ink ring-1 ring-line ring-inset">{chunks}</code> })}
        </span>
      </p>
    </>
  );
}
