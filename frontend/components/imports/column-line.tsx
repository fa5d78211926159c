"use client";

import { ArrowRight, Ban, EyeOff, ShieldAlert } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Badge, type Tone } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/controls";
import { Deciders } from "@/components/ui/deciders";
import { Select, type Option } from "@/components/ui/select";
import type { CustomField } from "@/lib/imports";
import { IGNORE } from "@/lib/mapping-draft";
import { useCan } from "@/lib/session";
import type { ImportColumn } from "@/lib/types";
import { cn } from "@/lib/utils";

const FIELDS = [
  "name", "phone", "landline", "email", "kakao_id", "address", "birth", "tags", "note", "consented", "consent_at", "opt_out",
] as const;
const NEW_FIELD = "new-field";
const CUSTOM = "custom:";
const REFUSALS = ["resident_number", "unique_identifier", "financial_number"] as const;
type Refusal = (typeof REFUSALS)[number] | "other";

interface ColumnLineProps {
  /** Of the choice where the column goes. */
  id: string;
  column: ImportColumn;
  value: string;
  remembered: boolean;
  customFields: CustomField[];
  sensitive: boolean;
  consent: boolean;
  consentMissing: boolean;
  onField: (field: string) => void;
  onConsent: (given: boolean) => void;
  onNewField: () => void;
}

/** One column: its header, what is in it, and the field it goes to – or why it may not go anywhere. */
export function ColumnLine(props: ColumnLineProps) {
  const { column, value } = props;
  const t = useTranslations("imports");
  const options = useFieldOptions(column, props.customFields);
  const { seeSensitive } = useCan();
  if (column.refused) return <RefusedLine column={column} />;
  const unsure = value !== IGNORE && !props.remembered && column.confidence < 0.6 && value === column.field;
  return (
    <li className={cn("px-5 py-3.5 sm:px-7", unsure && "bg-warn-soft/35")}>
      <div className="grid items-center gap-x-4 gap-y-2 sm:grid-cols-[minmax(0,1.1fr)_minmax(0,1.3fr)_auto_minmax(0,13rem)]">
        <Header column={column} muted={value === IGNORE}>
          {value === IGNORE ? null : <Certainty column={column} value={value} remembered={props.remembered} />}
        </Header>
        <Samples samples={column.samples} />
        <ArrowRight className="size-4 text-ink-3/60 max-sm:hidden" aria-hidden />
        <Select
          id={props.id}
          value={value}
          onValueChange={(field) => (field === NEW_FIELD ? props.onNewField() : props.onField(field))}
          options={options}
          aria-label={`${column.header}: ${t("field")}`}
          data-testid={`mapping-${column.header}`}
        />
      </div>
      {props.sensitive ? seeSensitive ? <SensitiveConsent {...props} /> : <SensitiveAsk {...props} /> : null}
      {column.sensitive && value === IGNORE && seeSensitive ? <SensitiveLeftOut column={column} onField={props.onField} /> : null}
    </li>
  );
}

function Header({ column, muted, children }: { column: ImportColumn; muted?: boolean; children?: ReactNode }) {
  const t = useTranslations("imports");
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <span className={cn("max-w-full truncate font-medium", muted && "text-ink-3")} title={column.header}>{column.header}</span>
      {children}
      {column.hidden ? <Badge><EyeOff aria-hidden />{t("hiddenColumn")}</Badge> : null}
    </div>
  );
}

function Samples({ samples }: { samples: string[] }) {
  const t = useTranslations("imports");
  const filled = samples.filter(Boolean).slice(0, 3);
  if (filled.length === 0) return <p className="text-[0.87rem] text-ink-3">{t("emptySample")}</p>;
  return (
    <p className="flex min-w-0 flex-wrap gap-1 text-[0.84rem] text-ink-2" title={samples.join("\n")}>
      {filled.map((sample, index) => <span key={index} className="max-w-full truncate rounded bg-sunken px-1.5 py-0.5">{sample}</span>)}
    </p>
  );
}

function Certainty({ column, value, remembered }: { column: ImportColumn; value: string; remembered: boolean }) {
  const t = useTranslations("imports");
  if (remembered) return <Badge tone="seal">{t("asLastTime")}</Badge>;
  if (value !== column.field) return <Badge>{t("byHand")}</Badge>;
  const { tone, key }: { tone: Tone; key: "sure" | "likely" | "unsure" } =
    column.confidence >= 0.85 ? { tone: "good", key: "sure" }
    : column.confidence >= 0.6 ? { tone: "seal", key: "likely" }
    : { tone: "warn", key: "unsure" };
  return <Badge tone={tone} title={`${Math.round(column.confidence * 100)}%`}>{t(key)}</Badge>;
}

/** The fields, the camp's own ones, one named like this column, a new one, and none. */
function useFieldOptions(column: ImportColumn, customFields: CustomField[]): Option[] {
  const t = useTranslations("importField");
  const proposed = column.field.startsWith(CUSTOM) ? column.field.slice(CUSTOM.length) : column.header;
  const labels = [...new Set([proposed, ...customFields.map((field) => field.label)])].filter(Boolean);
  return [
    { value: IGNORE, label: t("ignore") },
    ...FIELDS.map((value) => ({ value, label: t(value) })),
    ...labels.map((label) => ({ value: CUSTOM + label, label: t("custom", { label }) })),
    { value: NEW_FIELD, label: t("newField") },
  ];
}

function RefusedLine({ column }: { column: ImportColumn }) {
  const t = useTranslations("imports");
  const code: Refusal = REFUSALS.find((known) => known === column.refused) ?? "other";
  return (
    <li className="grid gap-x-4 gap-y-1 bg-bad-soft/40 px-5 py-3.5 sm:grid-cols-[minmax(0,1.1fr)_minmax(0,2.2fr)_auto] sm:items-center sm:px-7" data-testid={`refused-${column.header}`}>
      <div className="flex min-w-0 items-center gap-2 text-bad-ink">
        <Ban className="size-4 shrink-0" aria-hidden />
        <s className="truncate font-medium">{column.header}</s>
      </div>
      <p className="text-[0.87rem] text-ink-2">{t(`refused_${code}`)}</p>
      <Badge tone="bad" className="justify-self-start">{t("refusedColumn")}</Badge>
    </li>
  );
}

function SensitiveLeftOut({ column, onField }: Pick<ColumnLineProps, "column" | "onField">) {
  const t = useTranslations("imports");
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.87rem] text-ink-2">
      <Badge tone="persimmon"><ShieldAlert aria-hidden />{t("sensitiveTitle")}</Badge>
      <span>{t("sensitiveLeftOut")}</span>
      <button type="button" onClick={() => onField(CUSTOM + column.header)} className="min-h-9 font-medium text-seal underline" data-testid={`take-${column.header}`}>
        {t("sensitiveTake")}
      </button>
    </div>
  );
}

/** Whoever may not know of sensitive fields imports none: the column is left out, or somebody else decides. */
function SensitiveAsk({ column, onField }: Pick<ColumnLineProps, "column" | "onField">) {
  const t = useTranslations("imports");
  return (
    <div className="mt-3 grid gap-2.5 rounded-lg border border-line-strong bg-persimmon-soft/50 p-4" data-testid={`ask-${column.header}`}>
      <p className="flex items-center gap-2 text-[0.9rem] font-semibold text-persimmon-ink">
        <ShieldAlert className="size-[1.1rem] shrink-0" aria-hidden />
        {t("sensitiveTitle")}
      </p>
      <p className="text-[0.9rem] text-ink-2">{t("sensitiveAsk")}</p>
      <Deciders />
      <button type="button" onClick={() => onField(IGNORE)} className="justify-self-start text-[0.87rem] font-medium text-seal underline" data-need="right">{t("sensitiveIgnore")}</button>
    </div>
  );
}

function SensitiveConsent({ column, consent, consentMissing, onConsent, onField }: ColumnLineProps) {
  const t = useTranslations("imports");
  const id = useId();
  return (
    <div className={cn("mt-3 rounded-lg border p-4", consentMissing ? "border-bad bg-bad-soft/50" : "border-line-strong bg-persimmon-soft/50")}>
      <p className="flex items-center gap-2 text-[0.9rem] font-semibold text-persimmon-ink">
        <ShieldAlert className="size-[1.1rem] shrink-0" aria-hidden />
        {t("sensitiveTitle")}
      </p>
      <p className="mt-1 text-[0.87rem] text-ink-2">{t("sensitiveLaw")}</p>
      <div className="mt-3 flex items-start gap-3">
        <Checkbox id={id} checked={consent} onCheckedChange={(next) => onConsent(next === true)} className="mt-1" data-testid={`consent-${column.header}`} data-need="consent" />
        <label htmlFor={id} className="text-[0.93rem] font-medium">{t("sensitiveConsent", { column: column.header })}</label>
      </div>
      {consentMissing ? <p role="alert" className="mt-1.5 ml-7 text-[0.84rem] text-bad-ink">{t("sensitiveMissing")}</p> : null}
      <button type="button" onClick={() => onField(IGNORE)} className="mt-2 ml-7 text-[0.87rem] text-ink-3 underline hover:text-ink">{t("sensitiveIgnore")}</button>
    </div>
  );
}
