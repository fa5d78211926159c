"use client";

import { CircleCheck, OctagonX, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card, CardHeader } from "@/components/ui/card";
import { useRules, type ComplianceStatus } from "@/lib/compliance";
import { todayOf, type Permission, type Today } from "@/lib/election-days";
import { useFormat } from "@/lib/format";
import { useLocaleSwitch } from "@/lib/i18n";
import { cn } from "@/lib/utils";

const LOOK: Record<Permission, { icon: typeof CircleCheck; className: string }> = {
  allowed: { icon: CircleCheck, className: "text-good-ink" },
  careful: { icon: TriangleAlert, className: "text-warn-ink" },
  forbidden: { icon: OctagonX, className: "text-bad-ink" },
};

/** What may be sent today and what may not, each with its article. */
export function TodayCard({ status, today }: { status: ComplianceStatus; today: string }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  return (
    <Card className="pb-3" data-testid="today">
      <CardHeader title={t("todayTitle", { day: format.date(`${today}T12:00:00+09:00`) })} note={t("todayNote")} />
      <ul className="mt-2 divide-y divide-line">
        {todayOf(status, today).map((one) => <Line key={one.key} one={one} />)}
      </ul>
    </Card>
  );
}

function Line({ one }: { one: Today }) {
  const t = useTranslations("compliance");
  const { locale } = useLocaleSwitch();
  const article = useRules(locale).data?.rules.find((rule) => rule.id === one.rule)?.article;
  const { icon: Icon, className } = LOOK[one.permission];
  return (
    <li className="flex gap-3 px-5 py-3" data-testid={`today-${one.key}`} data-permission={one.permission}>
      <Icon className={cn("mt-0.5 size-5 shrink-0", className)} aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{t(`today.${one.key}.title`)}</span>
          <span className={cn("text-[0.84rem] font-semibold", className)}>{t(`permission.${one.permission}`)}</span>
        </p>
        <p className="text-[0.88rem] text-ink-2">{t(`today.${one.key}.${one.why}` as "today.night.careful")}</p>
        {article ? <p className="mt-0.5 text-xs text-ink-3">{one.rule} · <span lang="ko">{article}</span></p> : null}
      </div>
    </li>
  );
}
