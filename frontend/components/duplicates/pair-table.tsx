"use client";

import { Check, Equal, Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { isOtherName, type Pair, type PairField, type Side } from "@/lib/duplicates";
import { differences, useFieldLabel, valueTexts, type DiffPiece } from "@/lib/field-values";
import { useFormat } from "@/lib/format";
import type { Choice } from "@/lib/review-queue";
import { cn } from "@/lib/utils";
import { DiffText } from "./diff-text";

interface PairTableProps {
  pair: Pair;
  choice: Choice;
  /** The field the keyboard stands on. */
  active: string | null;
  onChoose: (side: Side, field: string | null) => void;
}
const SIDES: Side[] = ["left", "right"];
const GRID = "sm:grid sm:grid-cols-[6.5rem_minmax(0,1fr)_minmax(0,1fr)] sm:gap-x-3";

/** The two records, field by field: what differs first, what is equal below it. */
export function PairTable({ pair, choice, active, onChoose }: PairTableProps) {
  const filled = pair.fields.map((field) => withShared(field, pair)).filter((field) => valueTexts(field.left).length + valueTexts(field.right).length > 0);
  const different = filled.filter((field) => !field.equal);
  const equal = filled.filter((field) => field.equal);
  return (
    <div className="border-t border-line">
      <div className={cn(GRID, "items-stretch bg-sunken/60 px-4 py-3 max-sm:grid max-sm:grid-cols-2 max-sm:gap-2 sm:px-5")}>
        <span className="max-sm:hidden" />
        {SIDES.map((side) => <RecordHead key={side} pair={pair} side={side} kept={choice.keep === side} onKeep={() => onChoose(side, null)} />)}
      </div>
      <div className="divide-y divide-line">
        {different.map((field) => (
          <FieldRow key={field.field} field={field} joined={field.suggestion === "both" || isOtherName(pair)} chosen={choice.fields[field.field]} active={active === field.field} onChoose={(side) => onChoose(side, field.field)} />
        ))}
        {equal.map((field) => <EqualRow key={field.field} field={field} />)}
      </div>
    </div>
  );
}

/** The phones and addresses with those that belong to another contact: on a family's or an office's pair they are what it is about. */
function withShared(field: PairField, pair: Pair): PairField {
  const shared = {
    phones: (side: Side) => (pair[side].shared_phones ?? []).map(({ number }) => number),
    emails: (side: Side) => (pair[side].shared_emails ?? []).map(({ address }) => address),
  }[field.field];
  if (!shared) return field;
  const all = (side: Side) => [...valueTexts(field[side]), ...shared(side)];
  const [left, right] = [all("left"), all("right")];
  return { ...field, left, right, equal: [...left].sort().join() === [...right].sort().join() };
}

function RecordHead({ pair, side, kept, onKeep }: { pair: Pair; side: Side; kept: boolean; onKeep: () => void }) {
  const t = useTranslations("duplicates");
  const format = useFormat();
  const contact = pair[side];
  return (
    <div className="min-w-0 sm:px-3">
      <Link href={`/contacts/${contact.id}`} target="_blank" className="block truncate text-[0.95rem] font-semibold hover:underline">
        {contact.name || t("noName")}
      </Link>
      <p className="truncate text-[0.82rem] text-ink-3">{t("since", { date: format.date(contact.created_at) })}</p>
      {isOtherName(pair) ? null : (
        <button
          type="button"
          aria-pressed={kept}
          onClick={onKeep}
          data-testid={`keep-${side}`}
          className={cn(
            "mt-1.5 inline-flex min-h-9 items-center gap-1.5 rounded-full px-3 text-[0.84rem] font-medium ring-1 ring-inset",
            kept ? "bg-seal text-seal-ink ring-transparent" : "bg-surface text-ink-2 ring-line-strong hover:bg-hover",
          )}
        >
          {kept ? <Check className="size-4" aria-hidden /> : null}
          {t(kept ? "kept" : "keepThis")}
        </button>
      )}
    </div>
  );
}

function piecesOf(field: PairField): { left: DiffPiece[][]; right: DiffPiece[][] } {
  const left = valueTexts(field.left);
  const right = valueTexts(field.right);
  // Single values are compared with each other; of lists, what the other side has too is plain and the rest marked.
  if (left.length === 1 && right.length === 1) {
    const both = differences(left[0]!, right[0]!);
    return { left: [both.left], right: [both.right] };
  }
  const mark = (texts: string[], others: string[]) => texts.map((text) => [{ text, differs: !others.includes(text) }]);
  return { left: mark(left, right), right: mark(right, left) };
}

interface FieldRowProps {
  field: PairField;
  /** Nothing to choose: both values stay. */
  joined: boolean;
  chosen: Side | undefined;
  active: boolean;
  onChoose: (side: Side) => void;
}

function FieldRow({ field, joined, chosen, active, onChoose }: FieldRowProps) {
  const t = useTranslations("duplicates");
  const label = useFieldLabel()(field.field);
  const pieces = piecesOf(field);
  return (
    <div className={cn(GRID, "px-4 py-2.5 sm:px-5", active && "bg-seal-soft/40 ring-2 ring-ring ring-inset")} data-testid={`field-${field.field}`} data-field={field.field} data-chosen={chosen}>
      <div className="flex items-center gap-2 text-[0.87rem] text-ink-3 max-sm:mb-1.5 sm:flex-col sm:items-start sm:justify-center sm:gap-0.5">
        {label}
        {field.suggestion === "both" ? <span className="inline-flex items-center gap-0.5 text-xs text-seal"><Plus className="size-3" aria-hidden />{t("bothKept")}</span> : null}
      </div>
      <div role="group" aria-label={label} className="contents max-sm:grid max-sm:gap-1.5">
        {SIDES.map((side) => {
          const texts = pieces[side];
          const shown = texts.length ? texts.map((one, index) => <span key={index} className={field.field === "tags" ? "mr-2.5 inline-block" : "block"}><DiffText pieces={one} /></span>) : <span className="text-ink-3">{t("empty")}</span>;
          if (joined) return <div key={side} className={cn("min-w-0 px-3 py-2 text-[0.95rem] break-words", texts.length === 0 && "max-sm:hidden")}>{shown}</div>;
          return (
            <button
              key={side}
              type="button"
              aria-pressed={chosen === side}
              onClick={() => onChoose(side)}
              data-testid={`choose-${field.field}-${side}`}
              className={cn(
                "flex min-h-11 w-full min-w-0 items-center gap-2 rounded-lg border px-3 py-2 text-left text-[0.95rem] transition-colors",
                chosen === side ? "border-seal bg-seal-soft/55" : "border-line text-ink-2 hover:border-line-strong",
              )}
            >
              <span className={cn("grid size-4 shrink-0 place-items-center rounded-full border", chosen === side ? "border-[5px] border-seal" : "border-line-strong")} />
              <span className="min-w-0 flex-1 break-words">{shown}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function EqualRow({ field }: { field: PairField }) {
  const label = useFieldLabel()(field.field);
  return (
    <div className={cn(GRID, "items-center px-4 py-2.5 text-ink-3 max-sm:flex max-sm:gap-3 sm:px-5")} data-testid={`field-${field.field}`}>
      <span className="shrink-0 text-[0.87rem] max-sm:w-16">{label}</span>
      <span className="flex min-w-0 items-center gap-2 px-3 text-[0.93rem] sm:col-span-2">
        <Equal className="size-3.5 shrink-0" aria-hidden />
        <span className="min-w-0 break-words">{valueTexts(field.left).join(", ")}</span>
      </span>
    </div>
  );
}
