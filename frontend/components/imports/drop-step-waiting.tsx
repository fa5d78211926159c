"use client";

import { ArrowRight, Hourglass } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";
import { useImportList } from "@/lib/imports";

const SHOWN = 3;

/** Files that were uploaded and then left: nobody has to upload them twice. */
export function WaitingImports() {
  const t = useTranslations("imports");
  const format = useFormat();
  const waiting = (useImportList().data?.pages[0]?.items ?? []).filter((item) => item.status === "awaiting_mapping").slice(0, SHOWN);
  if (waiting.length === 0) return null;
  return (
    <section className="border-t border-line px-4 py-5 sm:px-6" data-testid="imports-waiting">
      <h2 className="flex items-center gap-2 text-[0.95rem] font-semibold">
        <Hourglass className="size-4 text-persimmon" aria-hidden />
        {t("waitingTitle")}
      </h2>
      <p className="mt-0.5 text-[0.87rem] text-ink-3">{t("waitingNote")}</p>
      <ul className="mt-3 grid grid-cols-1 gap-2">
        {waiting.map((item) => (
          <li key={item.id}>
            <Link href={`/contacts/import?id=${item.id}`} className="flex min-h-12 items-center gap-3 rounded-lg border border-line px-4 py-2 hover:border-line-strong hover:bg-hover/50">
              <span className="min-w-0 flex-1 truncate font-medium">{item.file_name}</span>
              <span className="text-[0.85rem] text-ink-3 max-sm:hidden">{format.dateTime(item.created_at)}</span>
              <span className="inline-flex items-center gap-1 text-[0.9rem] font-medium whitespace-nowrap text-seal">
                {t("continue")}
                <ArrowRight className="size-4" aria-hidden />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
