"use client";

import { Pencil } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { ComplianceStatus, Standing } from "@/lib/compliance";
import { daysBetween } from "@/lib/election-days";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";

const TONE: Record<Standing, Tone> = {
  unknown: "neutral", party: "warn", not_yet: "warn", pre_candidate: "good", candidate: "good", expired: "bad", over: "neutral",
};
const SHOWN_DAYS = 3;

/** Who the camp works for, what that is in the eyes of the law, and how many days are left. */
export function StandingCard({ status, today }: { status: ComplianceStatus; today: string }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  const { manage } = useCan();
  const { candidate, election } = status;
  const left = election ? daysBetween(today, election.election_day) : null;
  return (
    <Card className="flex flex-col p-5" data-testid="standing">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-lg font-semibold">{candidate.name || t("noName")}</span>
            <Badge tone={TONE[candidate.standing]} data-testid="standing-badge">{t(`standing.${candidate.standing}`)}</Badge>
            {candidate.in_office ? <Badge>{t("inOffice")}</Badge> : null}
          </p>
          <p className="mt-1 text-[0.9rem] text-ink-2">{t(`standingNote.${candidate.standing}`)}</p>
        </div>
        {left !== null ? (
          <p className="shrink-0 leading-tight sm:text-right">
            <span className="block text-[2.2rem] font-bold tracking-tight text-seal" data-testid="days-left">{left > 0 ? `D-${format.number(left)}` : left === 0 ? "D-Day" : `D+${format.number(-left)}`}</span>
            <span className="text-[0.82rem] text-ink-3">{election?.name}</span>
          </p>
        ) : null}
      </div>
      <ul className="mt-4 grid gap-1.5 border-t border-line pt-4 text-[0.9rem]">
        {status.dates_to_come.slice(0, SHOWN_DAYS).map((day) => (
          <li key={day.name} className="flex justify-between gap-3">
            <span className="text-ink-2">{t(`days.${day.name}`)}</span>
            <span className="shrink-0 text-ink-3">{format.date(`${day.on}T12:00:00+09:00`)} · {day.days_left === 0 ? t("isToday") : `D-${day.days_left}`}</span>
          </li>
        ))}
        {status.dates_to_come.length === 0 ? <li className="text-ink-3">{t("noDates")}</li> : null}
      </ul>
      {manage ? (
        <Button asChild variant="secondary" size="sm" className="mt-4 self-start">
          <Link href="/compliance/candidate" data-testid="candidate-edit">
            <Pencil aria-hidden />
            {t("editCandidate")}
          </Link>
        </Button>
      ) : null}
    </Card>
  );
}
