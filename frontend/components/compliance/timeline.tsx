"use client";

import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";
import type { Election } from "@/lib/compliance";
import { daysBetween, periodsOf, placeOf, spanOf, type Period, type Span } from "@/lib/election-days";
import { cn } from "@/lib/utils";

/** The key days as a picture: what opens, what closes, and where today stands. */
export function Timeline({ election, today }: { election: Election; today: string }) {
  const t = useTranslations("compliance");
  const periods = periodsOf(election.dates, election.election_day);
  const span = spanOf(periods, election.election_day);
  return (
    <figure className="relative px-5 pt-3 pb-5" data-testid="timeline">
      <Axis election={election} span={span} today={today} />
      <ul className="grid gap-3">
        {periods.map((period) => <Row key={period.key} period={period} span={span} today={today} />)}
      </ul>
      <figcaption className="mt-4 flex flex-wrap gap-x-5 gap-y-1 text-[0.82rem] text-ink-3">
        <span className="inline-flex items-center gap-1.5"><span className="h-2.5 w-5 rounded-full bg-seal" aria-hidden />{t("legendOpen")}</span>
        <span className="inline-flex items-center gap-1.5"><span className="h-2.5 w-5 rounded-full bg-persimmon" aria-hidden />{t("legendClosed")}</span>
        <span className="inline-flex items-center gap-1.5"><span className="h-3.5 w-0.5 bg-ink" aria-hidden />{t("legendToday")}</span>
      </figcaption>
    </figure>
  );
}

function Axis({ election, span, today }: { election: Election; span: Span; today: string }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  const place = placeOf(today, span);
  const edge = place < 12 ? "left-0" : place > 88 ? "right-0" : "-translate-x-1/2";
  return (
    <div className="relative mb-3 h-13 text-[0.8rem]">
      <span className={cn("absolute top-0 rounded-full bg-ink px-2.5 py-0.5 font-semibold text-paper", edge)} style={edge.startsWith("-") ? { left: `${place}%` } : undefined}>
        {today < span.from ? t("todayBefore", { days: daysBetween(today, span.from) }) : t("todayMark", { day: format.day(today) })}
      </span>
      <span className="absolute bottom-0 left-0 text-ink-3">{format.day(span.from)}</span>
      <span className={cn("absolute right-0 bottom-0 font-semibold text-ink-2")}>{t("electionDay", { day: format.day(election.election_day) })}</span>
    </div>
  );
}

function Row({ period, span, today }: { period: Period; span: Span; today: string }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  const from = placeOf(period.from, span);
  const until = placeOf(period.until, span);
  const now = period.from <= today && today <= period.until;
  const over = today > period.until;
  return (
    <li data-testid={`period-${period.key}`} data-now={now}>
      <p className={cn("flex flex-wrap items-baseline justify-between gap-x-3 text-[0.87rem]", now ? "font-semibold" : over ? "text-ink-3" : "text-ink-2")}>
        <span>
          {t(`periods.${period.key}`)}
          {now ? <span className={cn("ml-2 text-xs font-semibold", period.kind === "open" ? "text-seal" : "text-persimmon-ink")}>{t("now")}</span> : null}
        </span>
        <span className="text-[0.8rem] font-normal text-ink-3">{format.day(period.from)} – {format.day(period.until)}</span>
      </p>
      <div className="relative mt-1 h-2.5 rounded-full bg-line/70">
        <span
          className={cn("absolute inset-y-0 rounded-full", period.kind === "open" ? "bg-seal" : "bg-persimmon", !now && "opacity-45")}
          style={{ left: `${from}%`, width: `${Math.max(0.8, until - from)}%` }}
        />
        <span className="absolute -inset-y-1 w-0.5 -translate-x-1/2 bg-ink" style={{ left: `${placeOf(today, span)}%` }} aria-hidden />
      </div>
    </li>
  );
}
