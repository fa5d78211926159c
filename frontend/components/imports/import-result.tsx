"use client";

import { CircleCheckBig, Info, Send, UsersRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Notice, StackedBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { importError } from "@/lib/imports";
import { useCan } from "@/lib/session";
import type { ImportItem } from "@/lib/types";
import { OUTCOMES, OutcomeCard } from "./outcomes";
import { MendLine } from "./mend-line";
import { ResultTasks } from "./result-tasks";
import { UndoImport } from "./undo-dialog";

/** What an import did: a picture first, each number leading to exactly those rows and people. */
export function ImportResult({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const { manage } = useCan();
  const seconds = item.started_at && item.finished_at ? (Date.parse(item.finished_at) - Date.parse(item.started_at)) / 1000 : 0;
  const parts = OUTCOMES.map((outcome) => ({ ...outcome, value: outcome.of(item), label: t(`count${outcome.key}`) }));
  return (
    <div className="p-5 sm:p-8" data-testid="import-result">
      <header className="flex items-center gap-4">
        <CircleCheckBig className="size-10 shrink-0 text-seal" aria-hidden />
        <div className="min-w-0">
          <h2 className="text-xl font-bold">{t("doneTitle", { rows: format.number(item.counts.rows) })}</h2>
          <p className="truncate text-[0.9rem] text-ink-3">{t("doneNote", { name: item.file_name, seconds: format.duration(seconds) })}</p>
          {item.counts.consents ? <p className="text-[0.9rem] text-ink-3" data-testid="import-consents">{t("consentsKept", { count: format.number(item.counts.consents) })}</p> : null}
          {item.options?.mends ? <MendLine name="mendsLine" id={item.options.mends} /> : null}
        </div>
      </header>
      {importError(item) ? <Notice tone="bad" className="mt-5">{importError(item)}</Notice> : null}
      <StackedBar total={item.counts.rows} parts={parts} label={t("resultLabel")} className="mt-7 h-5 gap-0.5" />
      <dl className="mt-4 grid grid-cols-2 gap-2 sm:grid-cols-3">
        {parts.map((part) => <OutcomeCard key={part.key} item={item} outcome={part} value={part.value} />)}
      </dl>
      <ResultTasks item={item} />
      <Warnings item={item} />
      <div className="mt-7 flex flex-wrap gap-2">
        <Button asChild>
          <Link href={`/contacts?import_id=${item.id}`} data-testid="import-contacts-link">
            <UsersRound aria-hidden />
            {t("seeContacts")}
          </Link>
        </Button>
        <Button asChild variant="secondary">
          <Link href={`/campaigns/new?import_id=${item.id}`} data-testid="import-campaign">
            <Send aria-hidden />
            {t("makeCampaign")}
          </Link>
        </Button>
        {item.can_undo ?? manage ? <div className="sm:ml-auto"><UndoImport item={item} /></div> : null}
      </div>
    </div>
  );
}

function Warnings({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  if (item.warnings.length === 0) return null;
  return (
    <Notice tone="warn" icon={<Info aria-hidden />} title={t("warnings")} className="mt-6">
      <ul>
        {item.warnings.map((warning, index) => <li key={index}>{typeof warning === "string" ? warning : warning.message}</li>)}
      </ul>
    </Notice>
  );
}
