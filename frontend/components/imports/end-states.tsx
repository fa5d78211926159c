"use client";

import { FileX2, RotateCcw } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { importError } from "@/lib/imports";
import type { ImportItem } from "@/lib/types";
import { rowsHref } from "./outcomes";
import { UndoImport } from "./undo-dialog";
import { UndoFigures } from "./undo-figures";

function End({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center">
      {icon}
      <h2 className="mt-5 text-lg font-semibold">{title}</h2>
      {children}
    </div>
  );
}

function AnotherFile() {
  const t = useTranslations("imports");
  return (
    <Button asChild className="mt-6">
      <Link href="/contacts/import">{t("tryAnother")}</Link>
    </Button>
  );
}

export function RefusedIcon() {
  return (
    <span className="grid size-16 place-items-center rounded-full bg-bad-soft text-bad-ink">
      <FileX2 className="size-7" aria-hidden />
    </span>
  );
}

export function ImportFailed({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  return (
    <End icon={<RefusedIcon />} title={t("failedTitle")}>
      <p className="mt-1 text-[0.87rem] text-ink-3">{item.file_name}</p>
      <p className="mt-3 max-w-lg text-ink-2" data-testid="import-error">{importError(item)}</p>
      {item.counts.rows > 0 ? <p className="mt-2 text-[0.9rem] text-ink-3">{t("failedPartly", { rows: format.number(item.counts.rows) })}</p> : null}
      <div className="flex flex-wrap items-end justify-center gap-2">
        <AnotherFile />
        {item.can_undo && item.counts.rows > 0 ? <UndoImport item={item} /> : null}
      </div>
    </End>
  );
}

export function ImportUndone({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const icon = (
    <span className="grid size-16 place-items-center rounded-full bg-seal-soft text-seal-soft-ink">
      <RotateCcw className="size-7" aria-hidden />
    </span>
  );
  return (
    <div data-testid="import-undone">
      <End icon={icon} title={t("undoneTitle")}>
        <p className="mt-1 text-ink-3">{item.file_name}</p>
        {item.undo ? (
          <div className="mt-6 w-full max-w-md text-left">
            <UndoFigures done restore={item.undo.restored} remove={item.undo.removed} keep={item.undo.kept} />
            {item.undo.kept > 0 ? <Notice className="mt-4">{t("undoKeptNote")}</Notice> : null}
          </div>
        ) : null}
        <p className="mt-4 text-[0.9rem] text-ink-3">{t("undoneNote")}</p>
        <div className="flex flex-wrap justify-center gap-2">
          <AnotherFile />
          {item.undo?.kept ? (
            <Button asChild variant="secondary" className="mt-6">
              <Link href={rowsHref(item.id, "kept")} data-testid="undo-kept-link">{t("seeKept")}</Link>
            </Button>
          ) : null}
        </div>
      </End>
    </div>
  );
}
