"use client";

import { Check, CircleCheck, Copy, MailCheck } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { useConsentWords } from "@/components/privacy/words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Checkbox } from "@/components/ui/controls";
import { useNoteTold, type Told } from "@/lib/compliance";
import { daysBetween, seoulToday } from "@/lib/election-days";
import { useFormat } from "@/lib/format";
import type { Id } from "@/lib/types";
import { copyText } from "@/lib/utils";

/** One thing that one person must be told. */
export interface Owed {
  key: string;
  consentId: Id;
  what: Told;
  contactId: Id;
  name: string | null;
  purpose: string | null;
  channel: string;
  at: string;
  by: string;
  /** What to say, with everything the law asks for. */
  words: string;
}

const SOON_DAYS = 3;

export function NoticeCard({ kind, owed }: { kind: "results" | "confirmations"; owed: Owed[] }) {
  const t = useTranslations("compliance.notices");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const picked = owed.filter(({ key }) => chosen.has(key));
  const all = owed.length > 0 && picked.length === owed.length;
  const toggle = (key: string, on: boolean) => setChosen((before) => new Set(on ? [...before, key] : [...before].filter((one) => one !== key)));
  return (
    <Card className="overflow-hidden" data-testid={`notices-${kind}`}>
      <CardHeader title={t(`${kind}.title`)} note={t(`${kind}.law`)} />
      <p className="px-5 pt-1 pb-3 text-[0.9rem] text-ink-2">{t(`${kind}.about`)}</p>
      {owed.length === 0 ? (
        <p className="flex items-center gap-2 border-t border-line px-5 py-6 text-[0.93rem] text-good-ink">
          <CircleCheck className="size-4.5" aria-hidden />
          {t(`${kind}.none`)}
        </p>
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-3 border-y border-line bg-paper/60 px-5 py-2.5">
            <label className="flex items-center gap-2.5 text-[0.9rem]">
              <Checkbox checked={all ? true : picked.length > 0 ? "indeterminate" : false} onCheckedChange={(on) => setChosen(new Set(on === true ? owed.map(({ key }) => key) : []))} data-testid={`notices-all-${kind}`} />
              {t("all", { count: owed.length })}
            </label>
            <Button size="sm" className="ml-auto" disabled={picked.length === 0} onClick={() => setAsking(true)} data-testid={`notices-told-${kind}`}>
              <MailCheck aria-hidden />
              {t("told", { count: picked.length })}
            </Button>
          </div>
          <ul className="divide-y divide-line">
            {owed.map((one) => <Line key={one.key} one={one} chosen={chosen.has(one.key)} onChoose={(on) => toggle(one.key, on)} />)}
          </ul>
        </>
      )}
      <ToldConfirm open={asking} picked={picked} onClose={() => setAsking(false)} onDone={() => setChosen(new Set())} />
    </Card>
  );
}

function Line({ one, chosen, onChoose }: { one: Owed; chosen: boolean; onChoose: (on: boolean) => void }) {
  const t = useTranslations();
  const format = useFormat();
  const words = useConsentWords();
  const name = one.name ?? t("contacts.noName");
  return (
    <li className="flex gap-3 px-5 py-3" data-testid="notice-line" data-what={one.what}>
      <Checkbox className="mt-1" checked={chosen} onCheckedChange={(on) => onChoose(on === true)} aria-label={name} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link href={`/contacts/${one.contactId}`} prefetch={false} className="font-medium hover:underline">{name}</Link>
          <span className="text-[0.87rem] text-ink-3">
            {t(`compliance.notices.did.${one.what}`, { at: format.date(one.at) })} · {[one.purpose ? words.purpose(one.purpose) : null, words.channel(one.channel)].filter(Boolean).join(" · ")}
          </span>
          <Deadline by={one.by} />
        </p>
        <div className="mt-1.5 flex items-start gap-1 rounded-md bg-sunken py-1 pr-1 pl-3">
          <p className="min-w-0 flex-1 py-1 text-[0.87rem] break-words text-ink-2">{one.words}</p>
          <CopyButton words={one.words} name={name} />
        </div>
      </div>
    </li>
  );
}

function Deadline({ by }: { by: string }) {
  const t = useTranslations("compliance.notices");
  const format = useFormat();
  const left = daysBetween(seoulToday(), seoulDay(by));
  const tone = left < 0 ? "bad" : left <= SOON_DAYS ? "warn" : "neutral";
  return <Badge tone={tone} className="ml-auto">{left < 0 ? t("overdue", { days: -left }) : t("until", { at: format.date(by), days: left })}</Badge>;
}

const seoulDay = (at: string): string => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(new Date(at));

function CopyButton({ words, name }: { words: string; name: string }) {
  const t = useTranslations("common");
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(words);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button variant="ghost" size="icon-sm" aria-label={`${name}: ${t(copied ? "copied" : "copy")}`} onClick={copy}>
      {copied ? <Check className="text-good" aria-hidden /> : <Copy aria-hidden />}
    </Button>
  );
}

interface ToldConfirmProps {
  open: boolean;
  picked: Owed[];
  onClose: () => void;
  onDone: () => void;
}

function ToldConfirm({ open, picked, onClose, onDone }: ToldConfirmProps) {
  const t = useTranslations("compliance.notices");
  const note = useNoteTold();
  const confirm = () =>
    note.mutate(picked.map(({ what, consentId }) => ({ what, consentId })), {
      onSuccess: (count) => {
        toast.success(t("noted", { count }));
        onDone();
      },
      onSettled: onClose,
    });
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => !next && !note.isPending && onClose()}
      title={t("toldTitle", { count: picked.length })}
      description={t("toldNote")}
      confirmLabel={t("toldConfirm")}
      pending={note.isPending}
      onConfirm={confirm}
      testId="notices-confirm"
    />
  );
}
