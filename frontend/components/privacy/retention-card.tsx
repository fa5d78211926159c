"use client";

import { CalendarX2, Pencil, Play, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Dialog } from "@/components/ui/dialog";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useDeleteRule, usePreviewRetention, useRetentionRules, useRunRetention, type RetentionPreview, type RetentionRule } from "@/lib/privacy";
import { RuleForm } from "./rule-form";

/** What is deleted by itself, and when; every rule can be tried without deleting anything. */
export function RetentionCard() {
  const t = useTranslations("privacy");
  const rules = useRetentionRules();
  const [editing, setEditing] = useState<RetentionRule | "new" | null>(null);
  const add = (
    <Button size="sm" variant="secondary" onClick={() => setEditing("new")} data-testid="rule-add">
      <Plus aria-hidden />
      {t("ruleAdd")}
    </Button>
  );
  return (
    <Card>
      <CardHeader title={t("retention")} note={t("retentionLaw")} action={add} />
      <Unready query={rules} rows={2} className="py-6" />
      {rules.data?.length === 0 ? <p className="px-5 py-6 text-center text-[0.93rem] text-ink-3">{t("noRules")}</p> : null}
      <ul className="mt-2 divide-y divide-line">
        {rules.data?.map((rule) => <RuleLine key={rule.id} rule={rule} onEdit={() => setEditing(rule)} />)}
      </ul>
      <Dialog open={editing !== null} onOpenChange={(open) => !open && setEditing(null)} title={t(editing === "new" ? "ruleAdd" : "ruleEdit")} description={t("ruleNote")}>
        {editing ? <RuleForm rule={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} /> : null}
      </Dialog>
    </Card>
  );
}

function RuleLine({ rule, onEdit }: { rule: RetentionRule; onEdit: () => void }) {
  const t = useTranslations();
  const format = useFormat();
  const preview = usePreviewRetention();
  const remove = useDeleteRule();
  const [asking, setAsking] = useState<"run" | "delete" | null>(null);
  const days = rule.days;
  return (
    <li className="px-5 py-3" data-testid="rule-line">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <CalendarX2 className="size-4 shrink-0 text-ink-3" aria-hidden />
        <p className="min-w-0 flex-1 basis-48 text-[0.95rem]">
          {t(`privacy.ruleSays.${rule.kind}`, { days, source: rule.source ?? "", date: rule.election_on ? format.date(`${rule.election_on}T00:00:00+09:00`) : "" })}
          <span className="block text-[0.85rem] text-ink-3">{[t(`privacy.ruleAction.${rule.action}`), rule.last_run ? t("privacy.lastRun", { at: format.date(rule.last_run.created_at), count: format.number(rule.last_run.done) }) : null].filter(Boolean).join(" · ")}</span>
        </p>
        <span className="flex items-center">
          <Button size="sm" variant="soft" loading={preview.isPending} onClick={() => preview.mutate(rule)} data-testid="rule-preview">{t("privacy.dryRun")}</Button>
          <Button size="icon-sm" variant="ghost" aria-label={t("common.edit")} onClick={onEdit}><Pencil aria-hidden /></Button>
          <Button size="icon-sm" variant="danger-ghost" aria-label={t("common.delete")} onClick={() => setAsking("delete")}><Trash2 aria-hidden /></Button>
        </span>
      </div>
      {preview.data ? <DryRun rule={rule} result={preview.data} onRun={() => setAsking("run")} /> : null}
      <RunConfirm rule={rule} count={preview.data?.count ?? 0} open={asking === "run"} onClose={() => setAsking(null)} onDone={preview.reset} />
      <Confirm
        open={asking === "delete"}
        onOpenChange={() => setAsking(null)}
        danger
        title={t("privacy.ruleDeleteTitle")}
        description={t("privacy.ruleDeleteNote")}
        confirmLabel={t("common.delete")}
        pending={remove.isPending}
        onConfirm={() => remove.mutate(rule.id, { onSettled: () => setAsking(null) })}
        testId="rule-delete-confirm"
      />
    </li>
  );
}

function DryRun({ rule, result, onRun }: { rule: RetentionRule; result: RetentionPreview; onRun: () => void }) {
  const t = useTranslations();
  const format = useFormat();
  const names = result.sample.slice(0, 5).map((contact) => contact.name ?? t("contacts.noName"));
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-sunken px-4 py-3" data-testid="rule-result">
      <div className="min-w-0 flex-1 basis-40">
        <p className="font-medium">{result.count > 0 ? t("privacy.wouldTouch", { count: format.number(result.count) }) : t("privacy.wouldTouchNone")}</p>
        {names.length > 0 ? <p className="truncate text-[0.85rem] text-ink-3">{names.join(", ")}{result.count > names.length ? " …" : ""}</p> : null}
      </div>
      {result.count > 0 && rule.action === "erase" ? (
        <Button size="sm" variant="danger" onClick={onRun} data-testid="rule-run">
          <Play aria-hidden />
          {t("privacy.runNow")}
        </Button>
      ) : null}
    </div>
  );
}

function RunConfirm({ rule, count, open, onClose, onDone }: { rule: RetentionRule; count: number; open: boolean; onClose: () => void; onDone: () => void }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  const run = useRunRetention();
  const confirm = () =>
    run.mutate(rule, {
      onSuccess: () => {
        toast.success(t("runStarted"));
        onDone();
      },
      onSettled: onClose,
    });
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => !next && onClose()}
      danger
      title={t("runTitle", { count: format.number(count) })}
      description={t("runNote")}
      confirmLabel={t("runNow")}
      pending={run.isPending}
      onConfirm={confirm}
      testId="rule-run-confirm"
    />
  );
}
