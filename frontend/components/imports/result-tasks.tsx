"use client";

import { BellOff, ChevronRight, CopyCheck, Download, FileWarning, Phone, Wrench, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { useFormat } from "@/lib/format";
import { useDownloadRejects } from "@/lib/imports";
import type { ImportItem } from "@/lib/types";
import { MendLine } from "./mend-line";
import { rowsHref } from "./outcomes";

/** What is worth a look after an import: people to tell apart, shared numbers, who refuses, rows mended or rejected. */
export function ResultTasks({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const { reviews = 0, repaired = 0, shared_phones = 0, refusals = 0, rejected } = item.counts;
  if (reviews + repaired + shared_phones + refusals + rejected === 0) return null;
  return (
    <section className="mt-6 border-t border-line pt-5">
      <h3 className="text-[0.95rem] font-semibold">{t("worthALook")}</h3>
      <ul className="mt-2 grid gap-2">
        {rejected > 0 ? <RejectedTask item={item} /> : null}
        {reviews > 0 ? <Task icon={CopyCheck} href="/contacts/duplicates" name="reviews" count={reviews} /> : null}
        {shared_phones > 0 ? <Task icon={Phone} href={rowsHref(item.id, "shared")} name="shared" count={shared_phones} /> : null}
        {refusals > 0 ? <Task icon={BellOff} href="/opt-outs" name="refusals" count={refusals} /> : null}
        {repaired > 0 ? <Task icon={Wrench} href={rowsHref(item.id, "repaired")} name="repaired" count={repaired} /> : null}
      </ul>
    </section>
  );
}

interface TaskProps {
  icon: LucideIcon;
  href: string;
  name: "reviews" | "shared" | "refusals" | "repaired";
  count: number;
}

function Task({ icon: Icon, href, name, count }: TaskProps) {
  const t = useTranslations("imports");
  const format = useFormat();
  return (
    <li>
      <Link href={href} className="flex min-h-14 items-center gap-3.5 rounded-lg bg-sunken px-4 py-2.5 hover:bg-hover" data-testid={`import-task-${name}`}>
        <Icon className="size-5 shrink-0 text-seal" aria-hidden />
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{t(`task_${name}`, { count: format.number(count) })}</span>
          <span className="block text-[0.84rem] text-ink-3">{t(`task_${name}_note`)}</span>
        </span>
        <ChevronRight className="size-4 shrink-0 text-ink-3" aria-hidden />
      </Link>
    </li>
  );
}

function RejectedTask({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const rejects = useDownloadRejects();
  const count = format.number(item.counts.rejected);
  return (
    <li className="rounded-lg bg-persimmon-soft px-4 py-3.5">
      <div className="flex gap-3.5">
        <FileWarning className="mt-0.5 size-5 shrink-0 text-persimmon-ink" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium">{t("task_rejected", { count })}</p>
          <p className="text-[0.84rem] text-ink-2">{t("task_rejected_note")}</p>
          {item.mended_by?.[0] ? <MendLine name="mendedLine" id={item.mended_by[0]} /> : null}
          <div className="mt-2.5 flex flex-wrap gap-2">
            <Button variant="secondary" size="sm" loading={rejects.isPending} onClick={() => rejects.mutate(item)} data-testid="import-rejects">
              <Download aria-hidden />
              {t("downloadRejects", { count })}
            </Button>
            <Button asChild variant="ghost" size="sm">
              <Link href={rowsHref(item.id, "rejected")} data-testid="import-task-rejected">{t("readReasons")}</Link>
            </Button>
            <Button asChild variant="ghost" size="sm">
              <Link href={`/contacts/import?mended=${item.id}`} data-testid="import-upload-mended">{t("uploadMended")}</Link>
            </Button>
          </div>
        </div>
      </div>
    </li>
  );
}
