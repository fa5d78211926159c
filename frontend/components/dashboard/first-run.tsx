"use client";

import { BadgeCheck, Check, ChevronRight, FileUp, Send } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { ArtPeople } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useSenders } from "@/lib/settings";
import { cn } from "@/lib/utils";

const STEPS = [
  { key: "first1", href: "/contacts/import", icon: FileUp },
  { key: "first2", href: "/settings/senders", icon: BadgeCheck },
  { key: "first3", href: "/campaigns/new", icon: Send },
] as const;

/** What a new camp does first, with what it has done already ticked off. */
export function FirstRun({ contacts }: { contacts: number }) {
  const t = useTranslations("dashboard");
  const senders = useSenders();
  const done = { first1: contacts > 0, first2: (senders.data?.length ?? 0) > 0, first3: false };
  const next = STEPS.find((step) => !done[step.key]);
  return (
    <Card className="overflow-hidden" data-testid="first-run">
      <div className="flex flex-col items-center gap-x-10 gap-y-5 px-6 pt-9 pb-8 text-center md:flex-row md:px-10 md:text-left">
        <ArtPeople />
        <div className="flex-1">
          <h2 className="text-[1.5rem] font-bold">{t("firstTitle")}</h2>
          <p className="mt-1 text-ink-3">{t("firstNote")}</p>
          {next ? (
            <Button asChild size="lg" className="mt-5">
              <Link href={next.href} data-testid="first-run-start">
                <next.icon aria-hidden />
                {t(next.key)}
              </Link>
            </Button>
          ) : null}
        </div>
      </div>
      <ol className="grid border-t border-line md:grid-cols-3">
        {STEPS.map((step, index) => (
          <li key={step.key} className="border-line not-first:border-t md:not-first:border-t-0 md:not-first:border-l">
            <Link href={step.href} className="group flex h-full items-start gap-3.5 p-5 transition-colors hover:bg-hover/50">
              <span
                className={cn(
                  "grid size-8 shrink-0 place-items-center rounded-full text-[0.93rem] font-bold",
                  done[step.key] ? "bg-good-soft text-good-ink" : step === next ? "bg-seal text-seal-ink" : "bg-sunken text-ink-3 ring-1 ring-line ring-inset",
                )}
              >
                {done[step.key] ? <Check className="size-4.5" aria-label={t("doneStep")} /> : index + 1}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block font-semibold">{t(step.key)}</span>
                <span className="mt-0.5 block text-[0.87rem] text-ink-3">{t(`${step.key}Note`)}</span>
              </span>
              <ChevronRight className="mt-1 size-4 text-ink-3/60 transition-transform group-hover:translate-x-0.5" aria-hidden />
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
