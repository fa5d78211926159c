"use client";

import { ArrowDown, ArrowUp, CornerDownRight, GripVertical } from "lucide-react";
import Link from "next/link";
import { useState, type DragEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/controls";
import { Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { isText, type Draft, type StepDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useSenders } from "@/lib/settings";
import type { Priority } from "@/lib/types";
import { cn } from "@/lib/utils";
import { STEP_ICON, STEP_LABEL } from "./message-step";
import { SplitLost } from "./split-card";

const PRIORITIES: Priority[] = ["high", "medium", "low"];
const WAITS = [0, 60, 180, 600, 1800, 3600, 10_800];

interface OrderStepProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

function moved(steps: StepDraft[], from: number, to: number): StepDraft[] {
  const rest = steps.filter((_, index) => index !== from);
  const step = steps[from];
  return step ? [...rest.slice(0, to), step, ...rest.slice(to)] : steps;
}

export function OrderStep({ draft, onChange }: OrderStepProps) {
  const t = useTranslations("wizard");
  const [dragged, setDragged] = useState<number | null>(null);
  const { steps } = draft;
  const setStep = (key: string, part: Partial<StepDraft>) =>
    onChange({ steps: steps.map((step) => (step.key === key ? { ...step, ...part } : step)) });
  return (
    <>
      <Card className="p-5">
        <h2 className="text-base font-semibold">{t("orderTitle")}</h2>
        <p className="mt-0.5 text-[0.9rem] text-ink-3">{t(steps.length > 1 ? "orderNote" : "onlyOne")}</p>
        <div className="mt-3 empty:hidden"><SplitLost draft={draft} onChange={onChange} /></div>
        <ol className="mt-4 grid gap-2 *:min-w-0">
          {steps.map((step, index) => (
            <li
              key={step.key}
              draggable={steps.length > 1}
              onDragStart={() => setDragged(index)}
              onDragEnd={() => setDragged(null)}
              onDragOver={(event: DragEvent) => {
                event.preventDefault();
                if (dragged === null || dragged === index) return;
                onChange({ steps: moved(steps, dragged, index) });
                setDragged(index);
              }}
              className={cn(dragged === index && "opacity-50")}
            >
              {index > 0 ? <FallbackLine step={step} onChange={(waitSeconds) => setStep(step.key, { waitSeconds })} /> : null}
              <OrderCard
                step={step}
                index={index}
                count={steps.length}
                onMove={(by) => onChange({ steps: moved(steps, index, index + by) })}
                onSender={(senderId) => setStep(step.key, { senderId })}
              />
            </li>
          ))}
        </ol>
      </Card>
      <WhenCard draft={draft} onChange={onChange} />
    </>
  );
}

function FallbackLine({ step, onChange }: { step: StepDraft; onChange: (seconds: number) => void }) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const waits = WAITS.includes(step.waitSeconds) ? WAITS : [...WAITS, step.waitSeconds].sort((a, b) => a - b);
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 pl-4 text-[0.9rem] text-ink-3">
      <CornerDownRight className="size-4 text-persimmon" aria-hidden />
      {t("fallback")}
      <Select
        className="h-8 w-auto text-[0.87rem]"
        value={String(step.waitSeconds)}
        onValueChange={(value) => onChange(Number(value))}
        aria-label={t("wait")}
        options={waits.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? t("waitNow") : t("waitFor", { time: format.duration(seconds) }),
        }))}
      />
    </div>
  );
}

interface OrderCardProps {
  step: StepDraft;
  index: number;
  count: number;
  onMove: (by: -1 | 1) => void;
  onSender: (id: string) => void;
}

function OrderCard({ step, index, count, onMove, onSender }: OrderCardProps) {
  const t = useTranslations("wizard");
  const Icon = STEP_ICON[step.channel];
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-raised p-3 shadow-1" data-testid={`order-step-${index + 1}`}>
      {count > 1 ? <GripVertical className="size-4 cursor-grab text-ink-3/70 max-sm:hidden" aria-hidden /> : null}
      <span className="grid size-8 place-items-center rounded-full bg-seal text-[0.93rem] font-bold text-seal-ink">{index + 1}</span>
      <span className="flex min-w-24 items-center gap-2 font-medium">
        <Icon className="size-4.5 text-ink-3" aria-hidden />
        {t(STEP_LABEL[step.channel])}
      </span>
      <div className="min-w-0 flex-1 basis-44 max-sm:order-last max-sm:basis-full">
        <SenderSelect step={step} onSender={onSender} />
      </div>
      {count > 1 ? (
        <span className="flex max-sm:ml-auto">
          <Button variant="ghost" size="icon-sm" disabled={index === 0} aria-label={t("moveUp")} onClick={() => onMove(-1)} data-testid={`move-up-${index + 1}`}>
            <ArrowUp aria-hidden />
          </Button>
          <Button variant="ghost" size="icon-sm" disabled={index === count - 1} aria-label={t("moveDown")} onClick={() => onMove(1)} data-testid={`move-down-${index + 1}`}>
            <ArrowDown aria-hidden />
          </Button>
        </span>
      ) : null}
    </div>
  );
}

function SenderSelect({ step, onSender }: { step: StepDraft; onSender: (id: string) => void }) {
  const t = useTranslations("wizard");
  const senders = useSenders();
  const kind = isText(step) ? "phone" : "kakao_channel";
  if (!senders.data) return <Unready query={senders} skeleton={<Skeleton className="h-10" />} className="py-3" />;
  const fitting = senders.data.filter((sender) => sender.kind === kind);
  if (fitting.length === 0) {
    return (
      <p className="text-[0.9rem] text-warn-ink">
        {t("noSenders")} · <Link href="/settings/senders" className="font-medium underline underline-offset-4">{t("toSenders")}</Link>
      </p>
    );
  }
  return (
    <Select
      value={step.senderId ?? ""}
      onValueChange={onSender}
      placeholder={t("pickSender")}
      aria-label={t(kind === "phone" ? "sender" : "channelSender")}
      data-testid="sender-select"
      options={fitting.map((sender) => ({
        value: sender.id,
        label: sender.label ? `${sender.label} · ${sender.value}` : sender.value,
        hint: sender.reported_on ? t("reported") : undefined,
      }))}
    />
  );
}

function WhenCard({ draft, onChange }: OrderStepProps) {
  const t = useTranslations("wizard");
  const later = draft.scheduledAt !== null;
  return (
    <Card className="p-5">
      <h2 className="text-base font-semibold">{t("when")}</h2>
      <div className="mt-3 flex flex-wrap items-start gap-x-5 gap-y-4">
        <div className="grid gap-1.5">
          <span className="text-[0.87rem] font-medium text-ink-2">{t("start")}</span>
          <Segmented
            label={t("when")}
            value={later ? "later" : "now"}
            onValueChange={(value) => onChange({ scheduledAt: value === "later" ? "" : null })}
            options={[{ value: "now", label: t("now") }, { value: "later", label: t("later"), testId: "schedule-later" }]}
          />
        </div>
        {later ? (
          <Field label={t("laterAt")} className="min-w-56">
            <Input type="datetime-local" value={draft.scheduledAt ?? ""} onChange={(event) => onChange({ scheduledAt: event.target.value })} data-testid="schedule-at" />
          </Field>
        ) : null}
        <Field label={t("priority")} hint={t(`priorityNote.${draft.priority}`)} className="w-full sm:w-64">
          <Select
            value={draft.priority}
            onValueChange={(value) => onChange({ priority: value as Priority })}
            options={PRIORITIES.map((value) => ({ value, label: t(`priorityName.${value}`) }))}
            data-testid="campaign-priority"
          />
        </Field>
      </div>
    </Card>
  );
}
