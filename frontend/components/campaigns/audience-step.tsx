"use client";

import { BookmarkPlus } from "lucide-react";
import { useState } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { useSentence } from "@/components/segments/sentence";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { ChoiceCards } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useSaveSegment, useSegments, type AudienceSize } from "@/lib/campaigns";
import { tagFilter, type AudienceDraft, type Draft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { fromFilter } from "@/lib/segments";
import type { Filter, Purpose } from "@/lib/types";
import { cn } from "@/lib/utils";
import { TagPicker } from "./tag-picker";

const PURPOSES: Purpose[] = [
  "election_campaign", "party_activity", "legislative_report", "holiday_greeting", "turnout", "event_notice",
  "internal_operations", "fundraising", "commercial",
];

interface StepProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function AudienceStep({ draft, onChange }: StepProps) {
  const t = useTranslations();
  const set = (part: Partial<AudienceDraft>) => onChange({ audience: { ...draft.audience, ...part } });
  return (
    <>
      <Card className="grid gap-4 p-5 sm:grid-cols-2">
        <Field label={t("wizard.name")} hint={t("wizard.nameHint")}>
          <Input
            value={draft.name}
            maxLength={200}
            onChange={(event) => onChange({ name: event.target.value })}
            placeholder={t("wizard.namePlaceholder")}
            data-testid="campaign-name"
          />
        </Field>
        <Field label={t("wizard.purpose")} hint={t("wizard.purposeHint")}>
          <Select
            value={draft.purpose ?? ""}
            onValueChange={(value) => onChange({ purpose: value as Purpose })}
            placeholder={t("wizard.purposePick")}
            options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
            data-testid="campaign-purpose"
          />
        </Field>
      </Card>
      <Card className="p-5">
        <h2 className="mb-3 text-base font-semibold">{t("wizard.whom")}</h2>
        <ModeChoice audience={draft.audience} onChange={(mode) => set({ mode })} />
        {draft.audience.mode === "tags" ? <TagChoice audience={draft.audience} onChange={set} /> : null}
        {draft.audience.mode === "segment" ? <SegmentChoice audience={draft.audience} onChange={set} /> : null}
      </Card>
    </>
  );
}

function ModeChoice({ audience, onChange }: { audience: AudienceDraft; onChange: (mode: AudienceDraft["mode"]) => void }) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const modes: AudienceDraft["mode"][] = ["all", "tags", "segment"];
  if (audience.contactIds.length > 0) modes.unshift("contacts");
  if (audience.filter) modes.unshift("custom");
  return (
    <ChoiceCards
      label={t("whom")}
      className={cn("sm:grid-cols-3", modes.length > 3 && "sm:grid-cols-2")}
      value={audience.mode}
      onValueChange={onChange}
      options={modes.map((value) => ({
        value,
        title: t(value),
        note: value === "custom" ? <InWords filter={audience.filter!} /> : t(`${value}Note`, { count: format.number(audience.contactIds.length) }),
        testId: `audience-${value}`,
      }))}
    />
  );
}

function InWords({ filter }: { filter: Filter }) {
  return useSentence()(fromFilter(filter));
}

interface ChoiceProps {
  audience: AudienceDraft;
  onChange: (part: Partial<AudienceDraft>) => void;
}

function TagChoice({ audience, onChange }: ChoiceProps) {
  const t = useTranslations("wizard");
  const filter = tagFilter(audience);
  return (
    <div className="mt-5 grid gap-5">
      <TagPicker
        title={t("include")}
        testId="include"
        chosen={audience.include}
        other={audience.exclude}
        onChange={(include) => onChange({ include })}
        match={audience.match}
        onMatch={(match) => onChange({ match })}
      />
      <TagPicker title={t("exclude")} testId="exclude" negative chosen={audience.exclude} other={audience.include} onChange={(exclude) => onChange({ exclude })} />
      {filter ? (
        <SaveSegment
          onSaved={(segmentId) => onChange({ mode: "segment", segmentId })}
          filter={filter}
        />
      ) : (
        <p className="text-[0.9rem] text-ink-3">{t("pickTags")}</p>
      )}
    </div>
  );
}

function SegmentChoice({ audience, onChange }: ChoiceProps) {
  const t = useTranslations("wizard");
  const segments = useSegments();
  if (!segments.data) return <Unready query={segments} skeleton={<Skeleton className="mt-5 h-10" />} className="py-6" />;
  const usable = segments.data.filter((segment) => !segment.restricted);
  if (!usable.length) return <p className="mt-5 text-[0.9rem] text-ink-3">{t("noSegments")}</p>;
  return (
    <Select
      className="mt-5"
      value={audience.segmentId ?? ""}
      onValueChange={(segmentId) => onChange({ segmentId })}
      placeholder={t("pickSegment")}
      aria-label={t("pickSegment")}
      options={usable.map((segment) => ({ value: segment.id, label: segment.name }))}
      data-testid="audience-segment-select"
    />
  );
}

function SaveSegment({ filter, onSaved }: { filter: NonNullable<ReturnType<typeof tagFilter>>; onSaved: (id: string) => void }) {
  const t = useTranslations();
  const save = useSaveSegment();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const submit = () =>
    save.mutate(
      { name: name.trim(), filter },
      {
        onSuccess: (segment) => {
          toast.success(t("wizard.segmentSaved"));
          setOpen(false);
          onSaved(segment.id);
        },
      },
    );
  return (
    <>
      <Button variant="ghost" size="sm" className="-ml-3 justify-self-start text-seal" onClick={() => setOpen(true)}>
        <BookmarkPlus aria-hidden />
        {t("wizard.saveSegment")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("wizard.saveSegment")} description={t("wizard.segmentPrompt")}>
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Field label={t("wizard.segmentName")}>
            <Input value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Button type="submit" disabled={!name.trim()} loading={save.isPending} className="justify-self-end">{t("common.save")}</Button>
        </form>
      </Dialog>
    </>
  );
}

/** How many, and who for example; follows every change of the audience. */
export function AudienceSide({ audience }: { audience: UseQueryResult<AudienceSize> }) {
  const t = useTranslations("wizard");
  const contacts = useTranslations("contacts");
  const format = useFormat();
  const { data } = audience;
  return (
    <Card className="overflow-hidden">
      <CardHeader title={t("audienceCount")} />
      <div className="px-5 pb-5" aria-live="polite">
        {data ? (
          <p className={cn("text-[2.6rem] leading-tight font-bold tracking-tight text-seal transition-opacity", audience.isPlaceholderData && "opacity-40")} data-testid="audience-count">
            {format.total(data.count)}
            <span className="ml-1 text-lg font-semibold text-ink-2">{t("audienceUnit")}</span>
          </p>
        ) : audience.isFetching || audience.isError ? (
          <Unready query={audience} skeleton={<Skeleton className="mt-2 h-11 w-32" />} className="px-0 py-4" />
        ) : (
          <p className="text-[2.6rem] leading-tight font-bold text-line-strong">–</p>
        )}
        <p className="mt-2 text-[0.84rem] text-ink-3">{t("audienceNote")}</p>
      </div>
      {data && data.sample.length > 0 ? (
        <div className="border-t border-line px-5 py-4">
          <h3 className="mb-2 text-[0.84rem] font-medium text-ink-3">{t("sample")}</h3>
          <ul className="grid gap-1.5 text-[0.93rem]">
            {data.sample.slice(0, 5).map((contact) => (
              <li key={contact.id} className="flex justify-between gap-3">
                <span className="truncate font-medium">{contact.name ?? contacts("noName")}</span>
                <span className="min-w-0 truncate text-ink-3">{contact.phones[0] ?? contact.emails[0]}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {data && data.count.value === 0 ? <p className="border-t border-line px-5 py-4 text-[0.9rem] text-ink-3">{t("noAudience")}</p> : null}
    </Card>
  );
}
