"use client";

import { History, ShieldCheck, Trash2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";

interface UndoFiguresProps {
  restore: number;
  remove: number;
  keep: number;
  /** It has happened, rather than would. */
  done?: boolean;
}

/** What taking an import back does, in three numbers. */
export function UndoFigures({ restore, remove, keep, done }: UndoFiguresProps) {
  const t = useTranslations("imports");
  const format = useFormat();
  const figures = [
    { key: "Restore", value: restore, icon: History, className: "bg-seal-soft text-seal-soft-ink" },
    { key: "Remove", value: remove, icon: Trash2, className: "bg-bad-soft text-bad-ink" },
    { key: "Keep", value: keep, icon: ShieldCheck, className: "bg-good-soft text-good-ink" },
  ] as const;
  return (
    <dl className="grid gap-2">
      {figures.map(({ key, value, icon: Icon, className }) => (
        <div key={key} className="flex items-center gap-3 rounded-lg bg-sunken px-3.5 py-2.5">
          <span className={`grid size-9 shrink-0 place-items-center rounded-full ${className}`}>
            <Icon className="size-[1.1rem]" aria-hidden />
          </span>
          <dt className="min-w-0 flex-1 text-[0.9rem]">
            {t(`undo${key}${done ? "Done" : ""}`)}
            <span className="block text-[0.82rem] text-ink-3">{t(`undo${key}Note`)}</span>
          </dt>
          <dd className="text-lg font-bold whitespace-nowrap" data-testid={`undo-${key.toLowerCase()}`}>{t("people", { count: format.number(value) })}</dd>
        </div>
      ))}
    </dl>
  );
}
