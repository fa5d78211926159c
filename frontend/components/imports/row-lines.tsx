"use client";

import { ArrowRight, Eye, UsersRound, Wrench } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { DiffText } from "@/components/duplicates/diff-text";
import { Badge } from "@/components/ui/badge";
import { differences, useFieldLabel, valueTexts } from "@/lib/field-values";
import { useFormat } from "@/lib/format";
import type { ImportRow, RejectedRow } from "@/lib/imports";
import type { SharedPhone } from "@/lib/types";

const DOUBTFUL = "doubtful_name";

function RowNumber({ row }: { row: number }) {
  const t = useTranslations("imports");
  const format = useFormat();
  return <span className="w-20 shrink-0 pt-0.5 text-[0.84rem] text-ink-3 max-sm:w-auto">{t("rowNumber", { row: format.number(row) })}</span>;
}

/** A row that was taken: whose it is, and each field before and after. */
export function AcceptedRowLine({ row }: { row: ImportRow }) {
  const t = useTranslations();
  return (
    <div className="flex gap-x-4 gap-y-1 px-5 py-3.5 max-sm:flex-col">
      <RowNumber row={row.row_number} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link href={`/contacts/${row.contact_id}`} className="font-medium hover:underline">{row.name || t("contacts.noName")}</Link>
          {row.phone ? <span className="text-ink-2">{row.phone}</span> : null}
          <Marks row={row} />
        </p>
        {(row.shared_phones ?? []).map((shared) => <SharedPoint key={shared.number} value={shared.number} {...shared} />)}
        {(row.shared_emails ?? []).map((shared) => <SharedPoint key={shared.address} value={shared.address} {...shared} />)}
        {row.repairs?.length ? (
          <dl className="mt-2 grid gap-1.5 rounded-md bg-warn-soft/50 px-3 py-2" data-testid="row-repairs">
            {row.repairs.map((repair, index) => (repair.field === DOUBTFUL ? <Doubt key={index} {...repair} /> : <Change key={index} {...repair} />))}
          </dl>
        ) : null}
        {row.details.length > 0 ? (
          <dl className="mt-2 grid gap-1.5">
            {row.details.map((detail, index) => <Change key={index} {...detail} />)}
          </dl>
        ) : null}
      </div>
    </div>
  );
}

/** Something was mended, or only looks wrong. */
function Marks({ row: { repaired, repairs = [] } }: { row: ImportRow }) {
  const t = useTranslations("imports");
  const doubtful = repairs.some((repair) => repair.field === DOUBTFUL);
  return (
    <>
      {repaired && !(doubtful && repairs.length === 1) ? <Badge tone="warn"><Wrench aria-hidden />{t("countRepaired")}</Badge> : null}
      {doubtful ? <Badge tone="persimmon"><Eye aria-hidden />{t("checkThis")}</Badge> : null}
    </>
  );
}

/** A name that was taken as it is, with letters that names hardly have. */
function Doubt({ before, after }: NonNullable<ImportRow["repairs"]>[number]) {
  const t = useTranslations("imports");
  const label = useFieldLabel();
  return (
    <div className="grid gap-x-3 text-[0.9rem] sm:grid-cols-[6rem_1fr]" data-testid="row-doubt">
      <dt className="text-ink-3">{label("name")}</dt>
      <dd>{t("doubtfulName", { name: String(before), letters: [...String(after)].join(", ") })}</dd>
    </div>
  );
}

/** A family's number or an office's address: whom it belongs to, who is therefore written to for both. */
function SharedPoint({ value, holder_id, holder_name }: { value: string } & Pick<SharedPhone, "holder_id" | "holder_name">) {
  const t = useTranslations();
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-1.5 text-[0.9rem] text-ink-2">
      <UsersRound className="size-4 shrink-0 text-ink-3" aria-hidden />
      {t.rich("imports.sharedWith", {
        value,
        name: holder_name || t("contacts.noName"),
        person: (text) => <Link href={`/contacts/${holder_id}`} className="font-medium text-ink hover:underline">{text}</Link>,
      })}
    </p>
  );
}

function Change({ field, before, after }: ImportRow["details"][number]) {
  const t = useTranslations("imports");
  const label = useFieldLabel();
  const was = valueTexts(before).join(", ");
  const is = valueTexts(after).join(", ");
  const pieces = was && is ? differences(was, is) : null;
  return (
    <div className="grid gap-x-3 text-[0.9rem] sm:grid-cols-[6rem_1fr]">
      <dt className="text-ink-3">{label(field)}</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-x-2">
        {was ? <span className="text-ink-3 line-through decoration-ink-3/50">{pieces ? <DiffText pieces={pieces.left} tone="old" /> : was}</span> : <span className="text-ink-3">{t("wasEmpty")}</span>}
        <ArrowRight className="size-3.5 shrink-0 text-ink-3" aria-label={t("becomes")} />
        {is ? <span className="font-medium">{pieces ? <DiffText pieces={pieces.right} tone="new" /> : is}</span> : <span className="font-medium text-bad-ink">{t("isEmpty")}</span>}
      </dd>
    </div>
  );
}

/** A row that was not taken: why, in words, and what stands in it. */
export function RejectedRowLine({ row, headers }: { row: RejectedRow; headers: string[] }) {
  const cells = row.cells.map((text, column) => [headers[column] ?? "", text] as const);
  return (
    <div className="flex gap-x-4 gap-y-1 px-5 py-3.5 max-sm:flex-col">
      <RowNumber row={row.row_number} />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-persimmon-ink">{row.message}</p>
        <p className="mt-1.5 flex flex-wrap gap-1.5 text-[0.85rem]">
          {cells.filter(([, text]) => text).map(([header, text], index) => (
            <span key={index} className="max-w-full truncate rounded bg-sunken px-2 py-0.5">
              {header ? <span className="mr-1.5 text-ink-3">{header}</span> : null}
              {text}
            </span>
          ))}
        </p>
      </div>
    </div>
  );
}
