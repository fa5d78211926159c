"use client";

import { ChevronDown, ClipboardList } from "lucide-react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Checkbox, Switch } from "@/components/ui/controls";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Declarations, Survey } from "@/lib/types";
import { cn } from "@/lib/utils";

/** The day of the election is confirmed where its rule stands, and taken back here. */
const FLAGS = ["ai_media", "own_poll", "advertising"] as const;
const flagsOf = (declared: Declarations) => (declared.election_day ? ([...FLAGS, "election_day"] as const) : FLAGS);
const SURVEY_FLAGS = ["names_candidate", "by_phone", "exempt"] as const;

export const countDeclared = (declared: Declarations): number =>
  flagsOf(declared).filter((flag) => declared[flag]).length + (declared.poll_reference ? 1 : 0) + (declared.survey ? 1 : 0);

interface DeclarationsCardProps {
  declared: Declarations;
  onChange: (declared: Declarations) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** What only people can know of a message, and rules ask about. */
export function DeclarationsCard({ declared, onChange, open, onOpenChange }: DeclarationsCardProps) {
  const t = useTranslations("declare");
  const count = countDeclared(declared);
  return (
    <Card data-testid="declarations">
      <button type="button" aria-expanded={open} onClick={() => onOpenChange(!open)} className="flex w-full items-center gap-3 px-5 py-4 text-left" data-testid="declarations-open">
        <ClipboardList className="size-4.5 shrink-0 text-seal" aria-hidden />
        <span className="min-w-0 flex-1">
          <span className="block font-semibold">{t("title")}</span>
          <span className="block text-[0.85rem] text-ink-3">{t("note")}</span>
        </span>
        <Badge tone={count ? "seal" : "neutral"}>{count ? t("count", { count }) : t("nothing")}</Badge>
        <ChevronDown className={cn("size-4.5 text-ink-3 transition-transform", open && "rotate-180")} aria-hidden />
      </button>
      {open ? (
        <div className="grid gap-1 border-t border-line px-5 pt-3 pb-5">
          {flagsOf(declared).map((flag) => (
            <Toggle key={flag} title={t(`${flag}.title`)} note={t(`${flag}.note`)} checked={declared[flag]} onChange={(on) => onChange({ ...declared, [flag]: on })} testId={`declared-${flag}`} />
          ))}
          <Field label={t("poll_reference.title")} hint={t("poll_reference.note")} className="py-2">
            <Input
              id="declared-poll-reference"
              value={declared.poll_reference ?? ""}
              maxLength={100}
              onChange={(event) => onChange({ ...declared, poll_reference: event.target.value || null })}
              data-testid="declared-poll_reference"
            />
          </Field>
          <Toggle title={t("survey.title")} note={t("survey.note")} checked={declared.survey !== null} onChange={(on) => onChange({ ...declared, survey: on ? newSurvey() : null })} testId="declared-survey" />
          {declared.survey ? <SurveyFields survey={declared.survey} onChange={(survey) => onChange({ ...declared, survey })} /> : null}
        </div>
      ) : null}
    </Card>
  );
}

function Toggle({ title, note, checked, onChange, testId }: { title: string; note: string; checked: boolean; onChange: (on: boolean) => void; testId: string }) {
  return (
    <label className="flex cursor-pointer items-start gap-3 py-2.5">
      <span className="min-w-0 flex-1">
        <span className="block text-[0.95rem] font-medium">{title}</span>
        <span className="block text-[0.84rem] text-ink-3">{note}</span>
      </span>
      <Switch checked={checked} onCheckedChange={onChange} data-testid={testId} />
    </label>
  );
}

function newSurvey(): Survey {
  const today = new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 10);
  return { starts_on: today, reported_on: null, names_candidate: false, by_phone: false, exempt: false };
}

function SurveyFields({ survey, onChange }: { survey: Survey; onChange: (survey: Survey) => void }) {
  const t = useTranslations("declare");
  return (
    <div className="grid gap-3 rounded-lg bg-sunken p-4 sm:grid-cols-2">
      <Field label={t("survey.startsOn")}>
        <Input type="date" required value={survey.starts_on} onChange={(event) => event.target.value && onChange({ ...survey, starts_on: event.target.value })} />
      </Field>
      <Field label={t("survey.reportedOn")}>
        <Input type="date" value={survey.reported_on ?? ""} onChange={(event) => onChange({ ...survey, reported_on: event.target.value || null })} />
      </Field>
      {SURVEY_FLAGS.map((flag) => (
        <label key={flag} className="flex items-center gap-2.5 text-[0.9rem] sm:col-span-2">
          <Checkbox checked={survey[flag]} onCheckedChange={(on) => onChange({ ...survey, [flag]: on === true })} />
          {t(`survey.${flag}`)}
        </label>
      ))}
    </div>
  );
}
