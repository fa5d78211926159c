"use client";

import { BadgeCheck, ClipboardCheck, MailCheck, PhoneCall } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { useAttest, useNoteRefusalTest, type ComplianceStatus } from "@/lib/compliance";
import { daysBetween } from "@/lib/election-days";

/** The 080 number is tried once a month (E07). */
const TEST_EVERY_DAYS = 30;

/** What is due: each with the one thing to do about it. Nothing is shown when nothing is. */
export function TasksCard({ status, today }: { status: ComplianceStatus; today: string }) {
  const t = useTranslations("compliance");
  const attest = useAttest();
  const test = useNoteRefusalTest();
  const { candidate, tasks } = status;
  const tested = candidate.refusal_tested_on;
  const untested = candidate.refusal_number !== "" && (tested === null || daysBetween(tested, today) > TEST_EVERY_DAYS);
  const consents = (tasks.results_to_tell ?? 0) + (tasks.consents_to_confirm ?? 0);
  if (status.approvals_waiting === 0 && status.attested && !untested && consents === 0) return null;
  return (
    <Card className="pb-2" data-testid="compliance-tasks">
      <CardHeader title={t("tasks")} />
      <ul className="mt-1 divide-y divide-line">
        {status.approvals_waiting > 0 ? (
          <Task icon={<ClipboardCheck aria-hidden />} text={t("taskApprovals", { count: status.approvals_waiting })}>
            <Button asChild size="sm"><Link href="/compliance/approvals">{t("look")}</Link></Button>
          </Task>
        ) : null}
        {status.attested ? null : (
          <Task icon={<BadgeCheck aria-hidden />} text={t("taskAttest")} note={t("taskAttestNote")}>
            <Button variant="secondary" size="sm" loading={attest.isPending} onClick={() => attest.mutate(undefined)} data-testid="attest">{t("attest")}</Button>
          </Task>
        )}
        {untested ? (
          <Task icon={<PhoneCall aria-hidden />} text={t("taskTest", { number: candidate.refusal_number })} note={t("taskTestNote")}>
            <Button variant="secondary" size="sm" loading={test.isPending} onClick={() => test.mutate(undefined)} data-testid="refusal-tested">{t("tested")}</Button>
          </Task>
        ) : null}
        {consents > 0 ? (
          <Task icon={<MailCheck aria-hidden />} text={t("taskConsents", { count: consents })} note={t("taskConsentsNote")}>
            <Button asChild variant="secondary" size="sm"><Link href="/compliance/notices" data-testid="notices-open">{t("look")}</Link></Button>
          </Task>
        ) : null}
      </ul>
    </Card>
  );
}

function Task({ icon, text, note, children }: { icon: ReactNode; text: string; note?: string; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 py-3 [&>svg]:size-5 [&>svg]:shrink-0 [&>svg]:text-persimmon-ink">
      {icon}
      <span className="min-w-48 flex-1">
        <span className="block text-[0.93rem] font-medium">{text}</span>
        {note ? <span className="text-[0.84rem] text-ink-3">{note}</span> : null}
      </span>
      {children}
    </li>
  );
}
