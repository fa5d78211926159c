"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";
import { useCustomFields } from "@/lib/imports";
import { fieldOf, IGNORE, type MappingDraft } from "@/lib/mapping-draft";
import type { ImportColumn, ImportItem } from "@/lib/types";
import { ColumnLine } from "./column-line";
import { CustomFieldDialog } from "./custom-field-dialog";

/** With more columns than this, those that nobody wants are folded away. */
const MANY = 16;

const choiceId = (column: number): string => `import-column-${column}`;

interface ColumnTableProps {
  item: ImportItem;
  draft: MappingDraft;
  sensitive: ImportColumn[];
  onChange: (part: Partial<MappingDraft>) => void;
  tried: boolean;
}

/** The columns of the file as questions: what is in it, and where it goes. */
export function ColumnTable({ item, draft, sensitive, onChange, tried }: ColumnTableProps) {
  const t = useTranslations("imports");
  const format = useFormat();
  const customFields = useCustomFields().data ?? [];
  const [naming, setNaming] = useState<ImportColumn | null>(null);
  const folded = (column: ImportColumn) => item.columns.length > MANY && column.field === IGNORE && !column.refused;
  const shown = item.columns.filter((column) => !folded(column));
  const rest = item.columns.filter(folded);
  const setField = (column: ImportColumn, field: string) => onChange({ mapping: { ...draft.mapping, [column.header]: field } });
  const setConsent = (column: ImportColumn, given: boolean) => {
    const consents = { ...draft.consents };
    if (given) consents[column.header] = true;
    else delete consents[column.header];
    onChange({ consents });
  };
  const line = (column: ImportColumn, index: number) => (
    <ColumnLine
      key={`${column.header}-${index}`}
      id={choiceId(item.columns.indexOf(column))}
      column={column}
      value={fieldOf(draft, column)}
      remembered={Boolean(item.remembered) && draft.mapping[column.header] === undefined}
      customFields={customFields}
      sensitive={sensitive.includes(column)}
      consent={Boolean(draft.consents[column.header])}
      consentMissing={tried && sensitive.includes(column) && !draft.consents[column.header]}
      onField={(field) => setField(column, field)}
      onConsent={(given) => setConsent(column, given)}
      onNewField={() => setNaming(column)}
    />
  );
  return (
    <>
      <ul className="divide-y divide-line border-t border-line" data-testid="mapping-table">{shown.map(line)}</ul>
      {rest.length > 0 ? (
        <details className="group border-t border-line">
          <summary className="flex min-h-12 list-none items-center gap-2 px-5 text-[0.9rem] text-ink-2 hover:bg-hover sm:px-7">
            <ChevronDown className="size-4 -rotate-90 transition-transform group-open:rotate-0" aria-hidden />
            {t("moreColumns", { count: format.number(rest.length) })}
          </summary>
          <ul className="divide-y divide-line border-t border-line">{rest.map(line)}</ul>
        </details>
      ) : null}
      {naming ? (
        <CustomFieldDialog
          column={naming}
          onClose={() => setNaming(null)}
          onCreated={(label) => setField(naming, `custom:${label}`)}
          wayBack={() => document.getElementById(choiceId(item.columns.indexOf(naming)))}
        />
      ) : null}
    </>
  );
}
