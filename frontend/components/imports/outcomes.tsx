"use client";

import { UsersRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";
import { unchangedRows, type RowOutcome } from "@/lib/imports";
import type { Id, ImportItem } from "@/lib/types";
import { cn } from "@/lib/utils";

export interface Outcome {
  key: "Created" | "Updated" | "Merged" | "Duplicates" | "Unchanged" | "Rejected";
  outcome: RowOutcome | "rejected";
  of: (item: ImportItem) => number;
  className: string;
}

/** Every row of a file has one of these fates; together they are all of it. */
export const OUTCOMES: Outcome[] = [
  { key: "Created", outcome: "created", of: (item) => item.counts.created, className: "bg-seal" },
  { key: "Updated", outcome: "updated", of: (item) => item.counts.updated, className: "bg-seal/60" },
  { key: "Merged", outcome: "merged", of: (item) => item.counts.merged, className: "bg-seal/35" },
  { key: "Duplicates", outcome: "duplicate", of: (item) => item.counts.duplicate_rows, className: "bg-ink-3/60" },
  { key: "Unchanged", outcome: "unchanged", of: unchangedRows, className: "bg-line-strong" },
  { key: "Rejected", outcome: "rejected", of: (item) => item.counts.rejected, className: "bg-persimmon" },
];

export const rowsHref = (id: Id, outcome: RowOutcome | "rejected") => `/contacts/imports/${id}/rows?outcome=${outcome}`;
export const contactsHref = (id: Id, outcome: RowOutcome) => `/contacts?import_id=${id}&outcome=${outcome}`;

/** The whole card leads to the rows, its last line to the people. */
export function OutcomeCard({ item, outcome, value }: { item: ImportItem; outcome: Outcome; value: number }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const label = t(`count${outcome.key}`);
  const isPeople = outcome.outcome !== "rejected" && outcome.outcome !== "duplicate";
  return (
    <div className={cn("relative flex gap-2.5 rounded-lg border p-2.5 sm:gap-3 sm:p-3", value > 0 ? "border-line hover:border-line-strong hover:bg-hover/50 focus-within:border-ring" : "border-transparent")}>
      <span aria-hidden className={cn("mt-1.5 size-3 shrink-0 rounded-[4px]", outcome.className)} />
      <div className="min-w-0 flex-1">
        <dt className="text-[0.87rem] text-ink-2">
          {value > 0 ? (
            <Link href={rowsHref(item.id, outcome.outcome)} className="outline-none after:absolute after:inset-0" data-testid={`import-rows-${outcome.outcome}`}>
              {label}
            </Link>
          ) : label}
        </dt>
        <dd className={cn("text-2xl leading-tight font-bold whitespace-nowrap max-sm:text-xl", value === 0 ? "text-ink-3" : "underline decoration-line-strong decoration-2 underline-offset-4")} data-testid={`import-result-${outcome.key.toLowerCase()}`}>
          {format.number(value)}
        </dd>
        <dd className="text-[0.82rem] text-ink-3">{t(`note${outcome.key}`)}</dd>
        {isPeople && value > 0 ? (
          <dd>
            <Link
              href={contactsHref(item.id, outcome.outcome as RowOutcome)}
              aria-label={t("seePeople", { outcome: label })}
              className="relative z-10 mt-1 -ml-1 inline-flex min-h-8 items-center gap-1.5 rounded-md px-1 text-[0.87rem] font-medium text-seal hover:underline"
              data-testid={`import-people-${outcome.outcome}`}
            >
              <UsersRound className="size-4" aria-hidden />
              {t("contactsOf")}
            </Link>
          </dd>
        ) : null}
      </div>
    </div>
  );
}
