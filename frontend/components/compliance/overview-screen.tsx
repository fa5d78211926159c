"use client";

import { CalendarPlus, OctagonX } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtQuiet } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty, Notice, Skeleton } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useComplianceStatus, type ComplianceStatus } from "@/lib/compliance";
import { seoulToday } from "@/lib/election-days";
import { useCan } from "@/lib/session";
import { cn } from "@/lib/utils";
import { CounterCard } from "./counter-card";
import { ComplianceFrame } from "./frame";
import { FreezeDialog } from "./freeze-dialog";
import { NumbersCard } from "./numbers-card";
import { StandingCard } from "./standing-card";
import { TasksCard } from "./tasks-card";
import { Timeline } from "./timeline";
import { TodayCard } from "./today-card";

export function OverviewScreen() {
  const status = useComplianceStatus();
  return (
    <ComplianceFrame actions={<FreezeButton />}>
      <Unready card query={status} skeleton={<Loading />} />
      {status.data ? <Overview status={status.data} /> : null}
    </ComplianceFrame>
  );
}

function FreezeButton() {
  const t = useTranslations("compliance");
  const { manage } = useCan();
  const [asking, setAsking] = useState(false);
  if (!manage) return null;
  return (
    <>
      <Button variant="danger" onClick={() => setAsking(true)} data-testid="freeze-open">
        <OctagonX aria-hidden />
        {t("freeze.button")}
      </Button>
      <FreezeDialog open={asking} onClose={() => setAsking(false)} campaign={null} />
    </>
  );
}

function Overview({ status }: { status: ComplianceStatus }) {
  const today = seoulToday();
  return (
    <div className="grid gap-5">
      <TasksCard status={status} today={today} />
      <div className={cn("grid gap-5 *:min-w-0", status.counter && "lg:grid-cols-2")}>
        <StandingCard status={status} today={today} />
        {status.election && status.counter ? <CounterCard electionId={status.election.id} counter={status.counter} /> : null}
      </div>
      <div className="grid items-start gap-5 *:min-w-0 xl:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)]">
        <div className="grid gap-5 *:min-w-0">
          <TimelineCard status={status} today={today} />
          <NumbersCard numbers={status.reported_numbers} />
        </div>
        <TodayCard status={status} today={today} />
      </div>
      <Disclaimer />
    </div>
  );
}

function TimelineCard({ status, today }: { status: ComplianceStatus; today: string }) {
  const t = useTranslations("compliance");
  return (
    <Card>
      <CardHeader title={t("timeline")} note={status.election?.name ?? undefined} />
      {status.election ? (
        <Timeline election={status.election} today={today} />
      ) : (
        <Empty
          art={<ArtQuiet />}
          title={t("noElection")}
          note={t("noElectionNote")}
          action={
            <Button asChild variant="secondary">
              <Link href="/compliance/candidate">
                <CalendarPlus aria-hidden />
                {t("enterElection")}
              </Link>
            </Button>
          }
        />
      )}
    </Card>
  );
}

/** Said wherever the rules speak: a tool against mistakes is no lawyer. */
export function Disclaimer() {
  const t = useTranslations("compliance");
  return <Notice tone="info" className="text-[0.87rem]"><p data-testid="no-legal-advice">{t("disclaimer")}</p></Notice>;
}

function Loading() {
  return (
    <div role="status" className="grid gap-5 lg:grid-cols-2">
      <Skeleton className="h-44" />
      <Skeleton className="h-44" />
      <Skeleton className="h-96" />
      <Skeleton className="h-96" />
    </div>
  );
}
