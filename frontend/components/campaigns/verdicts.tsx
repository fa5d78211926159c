"use client";

import { ArrowUpRight, CircleCheck, OctagonAlert, Scale, Sparkles, TriangleAlert, UserRoundCheck, WandSparkles } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { isOneClick, mend, oneClickFixes, type Written } from "@/lib/mending";
import type { CampaignPreview, Fix, Severity, Verdict } from "@/lib/types";

/** Where an `open` fix leads. What stands on this page is scrolled to. */
const PLACES: Record<string, string> = {
  candidate: "/compliance",
  attestation: "/compliance",
  refusal_test: "/compliance",
  senders: "/settings/senders",
  approval: "#approval",
};
const ORDER: Severity[] = ["block", "second_person", "warn", "insert"];
const LOOK = {
  block: { tone: "bad", Icon: OctagonAlert },
  second_person: { tone: "warn", Icon: UserRoundCheck },
  warn: { tone: "warn", Icon: TriangleAlert },
  insert: { tone: "info", Icon: Sparkles },
} as const;

interface VerdictsProps {
  preview: CampaignPreview;
  written: Written;
  onMend: (written: Written) => void;
  /** A declaration that only a person can word: its place is opened. */
  onDeclare: (field: string) => void;
}

export function Verdicts(props: VerdictsProps) {
  const { preview, written, onMend } = props;
  const t = useTranslations("law");
  const verdicts = [...preview.compliance.verdicts].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const mendable = verdicts.filter((verdict) => verdict.severity === "block").flatMap((verdict) => oneClickFixes(verdict, written.draft));
  return (
    <Card className="pb-4" data-testid="compliance">
      <CardHeader
        title={<span className="inline-flex items-center gap-2"><Scale className="size-4.5 text-seal" aria-hidden />{t("title")}</span>}
        note={preview.compliance.rule_set ? t("ruleSet", { version: preview.compliance.rule_set }) : undefined}
        action={<Outcome compliance={preview.compliance} />}
      />
      {verdicts.length === 0 ? (
        <p className="flex items-center gap-2 px-5 pt-2 text-[0.93rem] text-good-ink">
          <CircleCheck className="size-4.5" aria-hidden />
          {t("ok")}
        </p>
      ) : (
        <ul className="mt-2 grid gap-2 px-5">
          {verdicts.map((verdict, index) => <VerdictLine key={`${verdict.rule}-${index}`} verdict={verdict} {...props} />)}
        </ul>
      )}
      {mendable.length > 1 ? (
        <div className="px-5 pt-3">
          <Button onClick={() => onMend(mend(written, mendable, preview.steps))} data-testid="mend-all">
            <WandSparkles aria-hidden />
            {t("mendAll", { count: mendable.length })}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function Outcome({ compliance }: { compliance: CampaignPreview["compliance"] }) {
  const t = useTranslations("law");
  if (!compliance.allowed) return <Badge tone="bad">{t("blocked")}</Badge>;
  if (compliance.needs_second_person) return <Badge tone="warn">{t("secondPerson")}</Badge>;
  const warned = compliance.verdicts.some((verdict) => verdict.severity === "warn");
  return <Badge tone={warned ? "warn" : "good"}>{t(warned ? "warned" : "ok")}</Badge>;
}

function VerdictLine({ verdict, ...props }: VerdictsProps & { verdict: Verdict }) {
  const t = useTranslations("law");
  const { tone, Icon } = LOOK[verdict.severity];
  return (
    <li data-testid={`verdict-${verdict.rule}`} data-severity={verdict.severity}>
      <Notice tone={tone} icon={<Icon aria-hidden />}>
        <p className="font-medium">{verdict.message}</p>
        <p className="mt-0.5 text-[0.84rem] opacity-80">
          {verdict.rule}
          {verdict.article ? ` · ${verdict.article}` : null}
          {` · ${t(`severity.${verdict.severity}`)}`}
        </p>
        <Fixes verdict={verdict} {...props} />
      </Notice>
    </li>
  );
}

function Fixes({ verdict, preview, written, onMend, onDeclare }: VerdictsProps & { verdict: Verdict }) {
  const fixes = gathered(verdict.fixes.filter((fix) => fix.kind !== "confirm"));
  const shown = fixes.filter(([fix]) => fix && (isOneClick(fix, written.draft) || fix.kind === "open" || fix.kind === "declare"));
  if (shown.length === 0) return null;
  return (
    <div className="mt-2.5 flex flex-wrap items-start gap-2">
      {shown.map((group, index) => {
        const fix = group[0]!;
        if (isOneClick(fix, written.draft)) return <MendButton key={index} fix={fix} onClick={() => onMend(mend(written, group, preview.steps))} />;
        if (fix.kind === "declare") return <DeclareButton key={index} fix={fix} onDeclare={onDeclare} />;
        return <PlaceLink key={index} fix={fix} />;
      })}
    </div>
  );
}

/** Replacements in one step are one click, and so is a place that several steps name. */
function gathered(fixes: Fix[]): Fix[][] {
  const groups = new Map<string, Fix[]>();
  for (const fix of fixes) {
    const key = fix.kind === "replace" ? `replace-${fix.step}` : fix.kind === "open" ? `open-${fix.field}` : JSON.stringify(fix);
    groups.set(key, [...(groups.get(key) ?? []), fix]);
  }
  return [...groups.values()];
}

function MendButton({ fix, onClick }: { fix: Fix; onClick: () => void }) {
  const t = useTranslations("law");
  const format = useFormat();
  const step = fix.step ?? 1;
  const label = {
    insert: () => t("insert", { step }),
    replace: () => t("replace", { step }),
    reschedule: () => t("reschedule", { at: format.dateTime(fix.value) }),
    declare: () => t(`undeclare.${fix.field as "ai_media"}`),
  }[fix.kind as "insert" | "replace" | "reschedule" | "declare"]();
  const words = fix.kind === "insert" ? [fix.prefix.trim(), fix.suffix.trim()].filter(Boolean) : [];
  return (
    <div className={words.length ? "w-full" : undefined}>
      {words.length ? <p className="mb-2 rounded-md bg-surface/60 px-3 py-2 whitespace-pre-wrap">{words.join(" … ")}</p> : null}
      <Button variant="secondary" size="sm" onClick={onClick} data-testid={`mend-${fix.kind}-${step}`}>
        <WandSparkles aria-hidden />
        {label}
      </Button>
    </div>
  );
}

function DeclareButton({ fix, onDeclare }: { fix: Fix; onDeclare: (field: string) => void }) {
  const t = useTranslations("law");
  return (
    <Button variant="secondary" size="sm" onClick={() => onDeclare(fix.field ?? "")} data-testid={`declare-${fix.field}`}>
      {t(`declare.${fix.field as "poll_reference"}`)}
    </Button>
  );
}

/** Another page opens beside this one: what is being written here must not be lost on the way. */
function PlaceLink({ fix }: { fix: Fix }) {
  const t = useTranslations("law");
  const place = fix.field ? PLACES[fix.field] : undefined;
  if (!place) return null;
  const here = place.startsWith("#");
  return (
    <Button asChild variant="secondary" size="sm">
      <Link href={place} target={here ? undefined : "_blank"} data-testid={`open-${fix.field}`}>
        {t(`open.${fix.field as "candidate"}`)}
        {here ? null : <ArrowUpRight aria-hidden />}
      </Link>
    </Button>
  );
}
