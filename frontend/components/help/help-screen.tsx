"use client";

import { ArrowRight, Copy, FileUp, PhoneCall, Send, UserRoundCheck, UsersRound, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { KeyHelp } from "@/components/duplicates/key-help";
import { Card } from "@/components/ui/card";
import { Deciders } from "@/components/ui/deciders";
import { PageHeader } from "@/components/ui/page-header";
import { useCan } from "@/lib/session";
import { SECTIONS, type HelpSection } from "./sections";

const ICONS: Record<HelpSection["key"], LucideIcon> = {
  upload: FileUp, find: UsersRound, twice: Copy, send: Send, calls: PhoneCall, ask: UserRoundCheck,
};

/** What the staff guide of docs/ tells, beside the screens it tells of. Buttons are named by their own words. */
export function HelpScreen() {
  const t = useTranslations("help");
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title={t("title")} note={t("note")} />
      <nav aria-label={t("contents")} className="mb-5 flex flex-wrap gap-2">
        {SECTIONS.map(({ key }) => (
          <a key={key} href={`#${key}`} className="rounded-full bg-surface px-3.5 py-1.5 text-[0.9rem] text-ink-2 ring-1 ring-line ring-inset hover:bg-hover">{t(`${key}.title`)}</a>
        ))}
      </nav>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {SECTIONS.map((section) => <Section key={section.key} section={section} />)}
      </div>
    </div>
  );
}

function Section({ section }: { section: HelpSection }) {
  const t = useTranslations("help");
  const Icon = ICONS[section.key];
  return (
    <Card id={section.key} className="scroll-mt-20 p-5 sm:p-6" data-testid={`help-${section.key}`}>
      <h2 className="flex items-center gap-2.5 text-lg font-semibold">
        <Icon className="size-5 text-seal" aria-hidden />
        {t(`${section.key}.title`)}
      </h2>
      <Steps section={section} />
      {section.key === "twice" ? <Keys /> : null}
      {section.key === "ask" ? <div className="mt-4"><Deciders /></div> : null}
      <Places places={section.places} />
    </Card>
  );
}

function Steps({ section }: { section: HelpSection }) {
  const t = useTranslations();
  const words = Object.fromEntries(Object.entries(section.words).map(([name, key]) => [name, t(key)]));
  return (
    <ol className="mt-3 grid list-decimal gap-2 pl-5 text-[0.97rem] leading-relaxed text-ink-2 marker:font-semibold marker:text-ink-3">
      {section.steps.map((step) => (
        <li key={step} className="pl-1">{t.rich(`help.${step}`, { ...words, b: (text) => <b className="font-semibold text-ink">{text}</b> })}</li>
      ))}
    </ol>
  );
}

function Keys() {
  const t = useTranslations("help");
  return (
    <div className="mt-4 hidden rounded-lg bg-sunken px-4 py-3 pointer-fine:lg:block">
      <p className="text-[0.9rem] text-ink-3">{t("keysNote")}</p>
      <KeyHelp />
    </div>
  );
}

function Places({ places }: Pick<HelpSection, "places">) {
  const t = useTranslations();
  const { manage } = useCan();
  const open = places.filter(({ nav }) => manage || nav !== "members");
  if (open.length === 0) return null;
  return (
    <p className="mt-4 flex flex-wrap gap-x-5 gap-y-2">
      {open.map(({ href, nav }) => (
        <Link key={href} href={href} className="inline-flex items-center gap-1.5 text-[0.92rem] font-medium text-seal hover:underline">
          {t("help.open", { screen: t(`nav.${nav}`) })}
          <ArrowRight className="size-4" aria-hidden />
        </Link>
      ))}
    </p>
  );
}
