"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { formErrors, FormFooter } from "@/components/settings/collection";
import { Segmented } from "@/components/ui/controls";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useSaveRule, type RetentionInput, type RetentionKind, type RetentionRule } from "@/lib/privacy";

const KINDS: RetentionKind[] = ["election", "inactive", "source", "import_files", "rejects", "strangers"];
const BLANK: RetentionInput = { kind: "inactive", days: 730, action: "report", election_on: null, source: null };

export function RuleForm({ rule, onClose }: { rule?: RetentionRule; onClose: () => void }) {
  const t = useTranslations("privacy");
  const save = useSaveRule();
  const [form, setForm] = useState<RetentionInput>(rule ?? BLANK);
  const set = (part: Partial<RetentionInput>) => setForm({ ...form, ...part });
  const errors = formErrors(save.error, ["days", "election_on", "source"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { kind, days, action } = form;
    const input: RetentionInput = {
      kind, days, action,
      ...(kind === "election" ? { election_on: form.election_on } : {}),
      ...(kind === "source" ? { source: form.source?.trim() } : {}),
    };
    save.mutate({ id: rule?.id, input }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("ruleKindLabel")}>
        <Select value={form.kind} onValueChange={(kind) => set({ kind: kind as RetentionKind })} options={KINDS.map((value) => ({ value, label: t(`ruleKind.${value}`) }))} data-testid="rule-kind" />
      </Field>
      {form.kind === "election" ? (
        <Field label={t("electionOn")} error={errors.of("election_on")}>
          <Input type="date" value={form.election_on ?? ""} onChange={(event) => set({ election_on: event.target.value })} data-testid="rule-election" />
        </Field>
      ) : null}
      {form.kind === "source" ? (
        <Field label={t("source")} error={errors.of("source")}>
          <Input value={form.source ?? ""} onChange={(event) => set({ source: event.target.value })} data-testid="rule-source" />
        </Field>
      ) : null}
      <Field label={t("days")} hint={t(`daysHint.${form.kind}`)} error={errors.of("days")}>
        <Input type="number" min={0} max={3650} value={form.days} onChange={(event) => set({ days: Number(event.target.value) })} data-testid="rule-days" />
      </Field>
      <div className="grid gap-1.5">
        <span className="text-[0.87rem] font-medium text-ink-2">{t("ruleActionLabel")}</span>
        <Segmented
          className="justify-self-start"
          label={t("ruleActionLabel")}
          value={form.action}
          onValueChange={(action) => set({ action })}
          options={[{ value: "report", label: t("ruleAction.report") }, { value: "erase", label: t("ruleAction.erase"), testId: "rule-erase" }]}
        />
      </div>
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} />
    </form>
  );
}
