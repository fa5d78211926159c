"use client";

import { CircleCheck, OctagonAlert, PenLine, TriangleAlert, UsersRound, type LucideIcon } from "lucide-react";
import { useTranslations } from "use-intl";
import { useRules, type Severity } from "@/lib/compliance";
import { useLocaleSwitch } from "@/lib/i18n";
import { cn } from "@/lib/utils";

interface VerdictView {
  rule: string;
  severity: string;
  article?: string | null;
  message?: string;
}

const LOOK: Record<Severity, { icon: LucideIcon; className: string }> = {
  block: { icon: OctagonAlert, className: "bg-bad-soft text-bad-ink" },
  second_person: { icon: UsersRound, className: "bg-persimmon-soft text-persimmon-ink" },
  warn: { icon: TriangleAlert, className: "bg-warn-soft text-warn-ink" },
  insert: { icon: PenLine, className: "bg-seal-soft text-seal-soft-ink" },
};

/** What the rules said, each with its article; words that were not kept come from the rule book. */
export function VerdictList({ verdicts }: { verdicts: VerdictView[] }) {
  const t = useTranslations("compliance");
  if (verdicts.length === 0) {
    return (
      <p className="flex items-center gap-2 text-[0.92rem] text-good-ink">
        <CircleCheck className="size-4.5" aria-hidden />
        {t("nothingFound")}
      </p>
    );
  }
  return (
    <ul className="grid gap-2">
      {verdicts.map((verdict, index) => <Line key={`${verdict.rule}-${index}`} verdict={verdict} />)}
    </ul>
  );
}

function Line({ verdict }: { verdict: VerdictView }) {
  const t = useTranslations("compliance");
  const { locale } = useLocaleSwitch();
  const rule = useRules(locale).data?.rules.find((one) => one.id === verdict.rule);
  const severity: Severity = verdict.severity in LOOK ? (verdict.severity as Severity) : "warn";
  const { icon: Icon, className } = LOOK[severity];
  return (
    <li className={cn("flex gap-3 rounded-lg px-3.5 py-2.5 text-[0.9rem]", className)} data-testid={`verdict-${verdict.rule}`}>
      <Icon className="mt-0.5 size-4.5 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">{verdict.message ?? rule?.title ?? verdict.rule}</p>
        <p className="text-[0.8rem] opacity-80">{verdict.rule} · {t(`severities.${severity}`)} · <span lang="ko">{verdict.article ?? rule?.article}</span></p>
      </div>
    </li>
  );
}
