"use client";

import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtSearch } from "@/components/art";
import { FilterChip } from "@/components/ui/toggle";
import { Badge, type Tone } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { Unready } from "@/components/ui/unready";
import { useRules, type Rule, type RuleBook, type Severity } from "@/lib/compliance";
import { useFormat } from "@/lib/format";
import { useLocaleSwitch } from "@/lib/i18n";
import { ComplianceFrame } from "./frame";

export const SEVERITY_TONE: Record<Severity, Tone> = { block: "bad", second_person: "persimmon", warn: "warn", insert: "seal" };
const SEVERITIES: Severity[] = ["block", "second_person", "warn"];
/** The first letter of an id is the law it comes from. */
const FAMILIES = ["E", "A", "P", "K", "V"] as const;

export function RulesScreen() {
  const { locale } = useLocaleSwitch();
  const rules = useRules(locale);
  return (
    <ComplianceFrame>
      <Unready card query={rules} rows={8} />
      {rules.data ? <Book book={rules.data} /> : null}
    </ComplianceFrame>
  );
}

function Book({ book }: { book: RuleBook }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  const [q, setQ] = useState("");
  const [severity, setSeverity] = useState<Severity | null>(null);
  const words = q.trim().toLowerCase();
  const found = book.rules.filter(
    (rule) => (!severity || rule.severity === severity) && [rule.id, rule.article, rule.title, rule.explanation].join(" ").toLowerCase().includes(words),
  );
  return (
    <>
      <div className="mb-4 rounded-lg bg-seal-soft px-4 py-3 text-[0.92rem] text-seal-soft-ink">
        <p className="font-semibold" data-testid="no-legal-advice">{book.disclaimer}</p>
        <p className="mt-0.5 text-[0.84rem]">{t("bookVersion", { version: book.version, day: format.date(`${book.in_force_from}T12:00:00+09:00`), count: book.rules.length })}</p>
      </div>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <div className="relative min-w-56 flex-1">
          <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" aria-hidden />
          <Input type="search" value={q} onChange={(event) => setQ(event.target.value)} placeholder={t("ruleSearch")} aria-label={t("ruleSearch")} className="h-9 pl-9" data-testid="rule-search" />
        </div>
        <div role="group" aria-label={t("severity")} className="no-scrollbar flex gap-1.5 overflow-x-auto">
          <FilterChip label={t("allRules")} active={severity === null} onClick={() => setSeverity(null)} />
          {SEVERITIES.map((each) => <FilterChip key={each} label={t(`severities.${each}`)} active={severity === each} onClick={() => setSeverity(each)} testId={`severity-${each}`} />)}
        </div>
      </div>
      {found.length === 0 ? <Card><Empty art={<ArtSearch />} title={t("noRule")} /></Card> : null}
      <div className="grid gap-6">
        {FAMILIES.map((family) => <Family key={family} family={family} rules={found.filter((rule) => rule.id.startsWith(family))} />)}
      </div>
    </>
  );
}

function Family({ family, rules }: { family: (typeof FAMILIES)[number]; rules: Rule[] }) {
  const t = useTranslations("compliance");
  if (rules.length === 0) return null;
  return (
    <section>
      <h2 className="mb-2.5 text-base font-semibold">{t(`families.${family}`)}</h2>
      <ul className="grid gap-3 *:min-w-0 lg:grid-cols-2">
        {rules.map((rule) => (
          <li key={rule.id}>
            <Card className="h-full p-4.5" data-testid={`rule-${rule.id}`}>
              <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                <span className="text-[0.82rem] font-semibold text-ink-3">{rule.id}</span>
                <span className="min-w-0 flex-1 font-semibold">{rule.title}</span>
                <Badge tone={SEVERITY_TONE[rule.severity]}>{t(`severities.${rule.severity}`)}</Badge>
              </p>
              <p className="mt-1.5 text-[0.92rem] leading-relaxed text-ink-2">{rule.explanation}</p>
              <p lang="ko" className="mt-2 text-[0.82rem] text-ink-3">{rule.article}</p>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
