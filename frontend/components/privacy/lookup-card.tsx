"use client";

import { ChevronRight, Copy, Search, Trash2, UserX } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { Unready } from "@/components/ui/unready";
import { EraseNumberDialog } from "@/components/contacts/erase-dialog";
import { NO_QUERY, useContactPages } from "@/lib/contacts";
import { useDebounced } from "@/lib/hooks";
import { useLookup, type Whereabouts } from "@/lib/privacy";
import { useCan } from "@/lib/session";
import { copyText } from "@/lib/utils";

const PAUSE_MS = 250;
/** Fewer characters find too many people to be an answer about one of them. */
const SHORTEST = 2;
const SHOWN = 5;
/** Digits of the shortest whole phone number (02-345-6789). */
const WHOLE_NUMBER = 9;
/** Where a number in no contact leaves more than what cannot be read. */
const ERASABLE: Whereabouts[] = ["conversation", "campaign", "history", "opt_out"];

/** "Do you have my number?": a whole number is looked for everywhere, anything else among the contacts. */
export function LookupCard() {
  const t = useTranslations("privacy");
  const [text, setText] = useState("");
  const q = useDebounced(text, PAUSE_MS).trim();
  const whole = /^[\d\s+().-]+$/.test(q) && q.replace(/\D/g, "").length >= WHOLE_NUMBER;
  return (
    <Card>
      <CardHeader title={t("lookup")} note={t("lookupLaw")} />
      <div className="grid gap-3 px-5 pt-2 pb-5">
        <div className="relative">
          <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" aria-hidden />
          <Input type="search" className="pl-9" value={text} onChange={(event) => setText(event.target.value)} placeholder={t("lookupPlaceholder")} aria-label={t("lookup")} data-testid="privacy-lookup" />
        </div>
        <div aria-live="polite" className="empty:hidden">
          {whole ? <NumberAnswer phone={q} /> : q.length >= SHORTEST ? <People q={q} /> : null}
        </div>
      </div>
    </Card>
  );
}

function NumberAnswer({ phone }: { phone: string }) {
  const t = useTranslations();
  const lookup = useLookup(phone);
  const { manage } = useCan();
  const [erasing, setErasing] = useState(false);
  if (!lookup.data) return <Unready query={lookup} skeleton={<Skeleton className="h-12" />} className="py-4" />;
  const { contact_id, found, sentences, text } = lookup.data;
  const erasable = manage && !contact_id && found.some((place) => ERASABLE.includes(place));
  const copy = async () => {
    await copyText(text);
    toast.success(t("common.copied"));
  };
  return (
    <div className="rounded-lg bg-seal-soft px-4 py-3 text-seal-soft-ink" data-testid="privacy-answer">
      <div className="grid gap-1">{sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}</div>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" variant="secondary" onClick={copy}>
          <Copy aria-hidden />
          {t("privacy.copyAnswer")}
        </Button>
        {contact_id ? (
          <Button asChild size="sm">
            <Link href={`/contacts/${contact_id}`} data-testid="privacy-found">{t("privacy.toContact")}</Link>
          </Button>
        ) : null}
        {erasable ? (
          <Button size="sm" variant="secondary" onClick={() => setErasing(true)} data-testid="privacy-erase-number">
            <Trash2 aria-hidden />
            {t("privacy.erase")}
          </Button>
        ) : null}
      </div>
      <EraseNumberDialog phone={phone} open={erasing} onClose={() => setErasing(false)} onGone={() => setErasing(false)} />
    </div>
  );
}

function People({ q }: { q: string }) {
  const t = useTranslations();
  const people = useContactPages({ ...NO_QUERY, q });
  if (!people.data) return <Unready query={people} skeleton={<Skeleton className="h-12" />} className="py-4" />;
  const found = people.data.pages[0]?.items.slice(0, SHOWN) ?? [];
  if (found.length === 0) {
    return (
      <p className="flex items-center gap-2 text-[0.93rem] text-ink-2" data-testid="privacy-nobody">
        <UserX className="size-4 text-ink-3" aria-hidden />
        {t("privacy.lookupNobody")}
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {found.map((contact) => (
        <li key={contact.id}>
          <Link href={`/contacts/${contact.id}`} className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover" data-testid="privacy-found">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{contact.name ?? t("contacts.noName")}</span>
              <span className="block truncate text-[0.85rem] text-ink-3">{[contact.phones[0], contact.emails[0]].filter(Boolean).join(" · ")}</span>
            </span>
            <ChevronRight className="size-4 text-ink-3" aria-hidden />
          </Link>
        </li>
      ))}
    </ul>
  );
}
