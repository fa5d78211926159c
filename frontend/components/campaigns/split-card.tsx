"use client";

import { Split as SplitIcon, TriangleAlert, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { ChoiceCards, Segmented } from "@/components/ui/controls";
import { Notice, StackedBar } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { isText, type Draft, type SplitDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import type { Total, Variant } from "@/lib/types";
import { trialOf, VARIANTS } from "@/lib/variants";

const SHARES = [10, 20, 30, 40, 50];
const MINUTES = [15, 30, 60, 180, 360, 720, 1440];

const among = (offered: number[], chosen: number) => (offered.includes(chosen) ? offered : [...offered, chosen].sort((a, b) => a - b));

export function VariantTabs({ value, onChange, testId }: { value: Variant; onChange: (variant: Variant) => void; testId: string }) {
  const t = useTranslations("split");
  return (
    <Segmented
      label={t("title")}
      value={value}
      onValueChange={onChange}
      options={VARIANTS.map((variant) => ({ value: variant, label: t(`name.${variant}`), testId: `${testId}-${variant}` }))}
    />
  );
}

/** Turns the trial of a second text on. */
export function SplitSwitch({ onClick }: { onClick: () => void }) {
  const t = useTranslations("split");
  return (
    <Button variant="ghost" size="sm" className="-ml-3 justify-self-start" title={t("note")} onClick={onClick} data-testid="split-start">
      <SplitIcon aria-hidden />
      {t("start")}
    </Button>
  );
}

interface SplitCardProps {
  split: SplitDraft;
  people?: Total;
  onChange: (split: SplitDraft | null) => void;
}

/** Who tries the texts, and who or what chooses the better one. */
export function SplitCard({ split, people, onChange }: SplitCardProps) {
  const t = useTranslations("split");
  const set = (part: Partial<SplitDraft>) => onChange({ ...split, ...part });
  return (
    <section className="grid gap-4 rounded-lg border border-line bg-paper/60 p-4" data-testid="split">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="flex items-center gap-2 font-semibold"><SplitIcon className="size-4.5 text-seal" aria-hidden />{t("title")}</h3>
          <p className="mt-0.5 text-[0.87rem] text-ink-3">{t("note")}</p>
        </div>
        <Button variant="ghost" size="sm" onClick={() => onChange(null)} data-testid="split-stop">
          <X aria-hidden />
          {t("stop")}
        </Button>
      </header>
      <div className="grid items-end gap-x-5 gap-y-3 sm:grid-cols-[11rem_minmax(0,1fr)]">
        <Field label={t("share")}>
          <Select
            value={String(split.sharePercent)}
            onValueChange={(value) => set({ sharePercent: Number(value) })}
            options={among(SHARES, split.sharePercent).map((percent) => ({ value: String(percent), label: t("shareOf", { percent }) }))}
            data-testid="split-share"
          />
        </Field>
        {people ? <Drawn people={people} sharePercent={split.sharePercent} /> : null}
      </div>
      <ChoiceCards
        label={t("decide")}
        value={split.decide}
        onValueChange={(decide) => set({ decide })}
        className="sm:grid-cols-2"
        options={(["hand", "auto"] as const).map((way) => ({ value: way, title: t(`way.${way}`), note: t(`wayNote.${way}`), testId: `split-${way}` }))}
      />
      {split.decide === "auto" ? <Automatic split={split} people={people} set={set} /> : null}
    </section>
  );
}

/** The audience as a bar: who gets which text, and who waits. */
function Drawn({ people, sharePercent }: { people: Total; sharePercent: number }) {
  const t = useTranslations("split");
  const format = useFormat();
  const { each, rest } = trialOf(people.value, sharePercent);
  const parts = [
    { key: "a", value: each, className: "bg-seal", label: t("name.a") },
    { key: "b", value: each, className: "bg-persimmon", label: t("name.b") },
    { key: "rest", value: rest, className: "bg-line-strong/60", label: t("rest") },
  ];
  return (
    <div className="min-w-0 pb-1">
      <StackedBar parts={parts} total={people.value} label={t("title")} className="h-3" />
      <p className="mt-1.5 text-[0.87rem] text-ink-2" data-testid="split-sizes">
        {t("sizes", { each: format.number(each), rest: format.number(rest) })}
      </p>
    </div>
  );
}

function Automatic({ split, people, set }: { split: SplitDraft; people?: Total; set: (part: Partial<SplitDraft>) => void }) {
  const t = useTranslations("split");
  const format = useFormat();
  const each = people ? trialOf(people.value, split.sharePercent).each : null;
  return (
    <div className="grid gap-3">
      <div className="grid gap-x-5 gap-y-3 sm:grid-cols-2">
        <Field label={t("after")} hint={t("afterHint")}>
          <Select
            value={String(split.afterMinutes)}
            onValueChange={(value) => set({ afterMinutes: Number(value) })}
            options={among(MINUTES, split.afterMinutes).map((minutes) => ({ value: String(minutes), label: t("afterOf", { time: format.duration(minutes * 60) }) }))}
            data-testid="split-after"
          />
        </Field>
        <Field label={t("minimum")} hint={t("minimumHint")}>
          <Input
            inputMode="numeric"
            value={split.minimum || ""}
            onChange={(event) => set({ minimum: Math.min(1_000_000, Number(event.target.value.replace(/\D/g, ""))) })}
            onBlur={() => split.minimum < 1 && set({ minimum: 1 })}
            data-testid="split-minimum"
          />
        </Field>
      </div>
      {each !== null && each < split.minimum ? (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />}>
          <p data-testid="split-too-few">{t("tooFew", { each: format.number(each), minimum: format.number(split.minimum) })}</p>
        </Notice>
      ) : null}
    </div>
  );
}

/** A trial that lost its text: the first step has become a Kakao message, whose text is reviewed. */
export function SplitLost({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const t = useTranslations("split");
  if (!draft.split || !draft.steps[0] || isText(draft.steps[0])) return null;
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />} title={t("lost")}>
      <p>{t("lostNote")}</p>
      <Button variant="secondary" size="sm" className="mt-2" onClick={() => onChange({ split: null })} data-testid="split-stop">{t("stop")}</Button>
    </Notice>
  );
}
