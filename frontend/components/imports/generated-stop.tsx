"use client";

import { OctagonX } from "lucide-react";
import { useTranslations } from "use-intl";
import { CopyField } from "@/components/ui/copy-field";
import { Deciders } from "@/components/ui/deciders";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import type { ImportItem } from "@/lib/types";

interface GeneratedStopProps {
  item: ImportItem;
  reason: string;
  missing: boolean;
  onReason: (reason: string) => void;
}

/** Election law art. 82-5 (6) forbids numbers made up by a program: only an administrator's written reason goes on. */
export function GeneratedStop({ item, reason, missing, onReason }: GeneratedStopProps) {
  const t = useTranslations("imports");
  const format = useFormat();
  const { manage } = useCan();
  return (
    <div className="grid gap-4" data-testid="import-generated">
      <Notice tone="bad" icon={<OctagonX aria-hidden />} title={t("generatedFound", { share: format.percent(item.generated?.share) })}>
        <p className="mt-1">{t("generatedLaw")}</p>
        {item.generated?.examples_masked.length ? (
          <p className="mt-2 flex flex-wrap gap-1.5">
            {item.generated.examples_masked.map((number, index) => (
              <code key={index} className="rounded bg-surface/60 px-2 py-0.5 font-mono text-[0.85rem]">{number}</code>
            ))}
          </p>
        ) : null}
      </Notice>
      {manage ? (
        <Field label={t("generatedReason")} hint={t("generatedReasonNote")} error={missing && !reason.trim() ? t("generatedReasonMissing") : undefined}>
          <Textarea
            value={reason}
            maxLength={500}
            onChange={(event) => onReason(event.target.value)}
            placeholder={t("generatedReasonPlaceholder")}
            className="min-h-20"
            data-testid="generated-reason"
            data-need="generated"
          />
        </Field>
      ) : (
        <div className="grid gap-3">
          <p className="text-[0.93rem]" data-testid="generated-ask-admin">{t("generatedAsk")}</p>
          <Deciders />
          <CopyField label={t("generatedLink")} value={window.location.href} />
        </div>
      )}
    </div>
  );
}
