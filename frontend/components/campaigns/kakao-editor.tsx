"use client";

import { MessageSquareQuote } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Notice, Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { ALIMTALK_LIMIT } from "@/lib/cp949";
import type { StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useTemplates } from "@/lib/settings";

/** Alimtalk texts come from reviewed templates only, so there is nothing to write, only to choose. */
export function KakaoEditor({ step, onChange }: { step: StepDraft; onChange: (part: Partial<StepDraft>) => void }) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const templates = useTemplates();
  if (!templates.data) return <Unready query={templates} skeleton={<Skeleton className="h-32" />} />;
  const approved = templates.data.filter((one) => one.channel === "kakao_alimtalk" && one.status === "approved");
  const chosen = approved.find((one) => one.id === step.templateId);
  if (approved.length === 0) {
    return (
      <Notice tone="warn" icon={<MessageSquareQuote aria-hidden />} title={t("noTemplates")}>
        <Button asChild variant="secondary" size="sm" className="mt-2">
          <Link href="/settings/templates">{t("toTemplates")}</Link>
        </Button>
      </Notice>
    );
  }
  return (
    <>
      <Field label={t("template")} hint={t("templateNote")}>
        <Select
          value={step.templateId ?? ""}
          onValueChange={(templateId) => {
            const template = approved.find((one) => one.id === templateId);
            onChange({ templateId, body: template?.body ?? "" });
          }}
          placeholder={t("pickTemplate")}
          options={approved.map((one) => ({ value: one.id, label: one.name }))}
          data-testid="template-select"
        />
      </Field>
      {chosen ? (
        <div className="rounded-lg bg-sunken p-4">
          <p className="text-[0.95rem] whitespace-pre-wrap">{chosen.body}</p>
          <p className="mt-3 text-[0.84rem] text-ink-3">
            {t("characters", { count: format.number([...chosen.body].length), limit: format.number(ALIMTALK_LIMIT) })}
          </p>
        </div>
      ) : null}
    </>
  );
}
