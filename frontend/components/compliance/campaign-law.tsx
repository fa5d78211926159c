"use client";

import { Download, OctagonX } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { fetchEvidence, useChecks, type Check } from "@/lib/compliance";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import { isFinal } from "@/lib/states";
import type { CampaignStatus } from "@/lib/types";
import { saveBlob } from "@/lib/utils";
import { FreezeDialog } from "./freeze-dialog";
import { VerdictList } from "./verdict-list";

/** A launched campaign before the law: what the rules said and when, the sealed evidence, and stopping it. */
export function CampaignLaw({ id, name, status }: { id: string; name: string; status: CampaignStatus }) {
  const t = useTranslations("compliance.law");
  const checks = useChecks(id, !isFinal(status));
  const { manage } = useCan();
  return (
    <Card className="pb-5" data-testid="campaign-law">
      <CardHeader title={t("title")} note={t("note")} action={manage ? <Actions id={id} name={name} /> : undefined} />
      <div className="mt-2 grid gap-5 px-5">
        <Unready query={checks} skeleton={<Skeleton className="h-16" />} />
        {checks.data?.length === 0 ? <p className="text-[0.9rem] text-ink-3">{t("none")}</p> : null}
        {gathered(checks.data ?? []).map((check) => <Moment key={`${check.moment}-${check.step}-${check.first_at}`} check={check} />)}
      </div>
    </Card>
  );
}

/** Looks at one moment that found nothing are one line: a thousand clean batches say no more than one. */
function gathered(checks: Check[]): Check[] {
  const lines: Check[] = [];
  for (const check of checks) {
    const clean = check.verdicts.length === 0;
    const like = lines.find((one) => clean && one.verdicts.length === 0 && one.moment === check.moment && one.rule_set === check.rule_set);
    if (!like) {
      lines.push({ ...check });
      continue;
    }
    like.checks += check.checks;
    if (check.first_at < like.first_at) like.first_at = check.first_at;
    if (check.last_at > like.last_at) like.last_at = check.last_at;
  }
  return lines;
}

function Actions({ id, name }: { id: string; name: string }) {
  const t = useTranslations("compliance.law");
  const [freezing, setFreezing] = useState(false);
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      saveBlob(await fetchEvidence(id), `evidence-${id}.jsonl`);
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="flex flex-wrap gap-2">
      <Button variant="secondary" size="sm" loading={busy} onClick={download} title={t("evidenceNote")} data-testid="evidence-download">
        {busy ? null : <Download aria-hidden />}
        {t("evidence")}
      </Button>
      <Button variant="danger-ghost" size="sm" onClick={() => setFreezing(true)} data-testid="campaign-freeze">
        <OctagonX aria-hidden />
        {t("freeze")}
      </Button>
      <FreezeDialog open={freezing} onClose={() => setFreezing(false)} campaign={{ id, name }} />
    </span>
  );
}

const MOMENTS = ["preview", "launch", "batch", "dispatch"] as const;

function Moment({ check }: { check: Check }) {
  const t = useTranslations("compliance.law");
  const format = useFormat();
  const known = MOMENTS.find((moment) => moment === check.moment);
  return (
    <section data-testid={`check-${check.moment}`}>
      <h3 className="mb-2 flex flex-wrap items-baseline gap-x-2.5 text-[0.92rem] font-semibold">
        {known ? t(`moments.${known}`) : check.moment}
        <span className="text-[0.82rem] font-normal text-ink-3">
          {format.dateTime(check.first_at)}
          {check.checks > 1 ? ` – ${format.dateTime(check.last_at)} · ${t("times", { count: check.checks })}` : null}
          {` · ${t("ruleSet", { version: check.rule_set })}`}
        </span>
      </h3>
      <VerdictList verdicts={check.verdicts} />
    </section>
  );
}
