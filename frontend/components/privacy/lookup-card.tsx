"use client";

import { BellOff, ChevronRight, Search, UserX } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card, CardHeader } from "@/components/ui/card";
import { Failure, Skeleton } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { NO_QUERY, useContactPages } from "@/lib/contacts";
import { useDebounced } from "@/lib/hooks";
import { useOptOuts } from "@/lib/opt-outs";

const PAUSE_MS = 250;
/** Fewer characters find too many people to be an answer about one of them. */
const SHORTEST = 4;
const SHOWN = 5;

/** "Do you have my number?": the person if there is one, and whether the number is opted out. */
export function LookupCard() {
  const t = useTranslations("privacy");
  const [text, setText] = useState("");
  const q = useDebounced(text, PAUSE_MS).trim();
  return (
    <Card>
      <CardHeader title={t("lookup")} note={t("lookupLaw")} />
      <div className="grid gap-3 px-5 pt-2 pb-5">
        <div className="relative">
          <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" aria-hidden />
          <Input type="search" className="pl-9" value={text} onChange={(event) => setText(event.target.value)} placeholder={t("lookupPlaceholder")} aria-label={t("lookup")} data-testid="privacy-lookup" />
        </div>
        {q.length >= SHORTEST ? <Answer q={q} /> : null}
      </div>
    </Card>
  );
}

function Answer({ q }: { q: string }) {
  const t = useTranslations();
  const people = useContactPages({ ...NO_QUERY, q });
  const optOuts = useOptOuts({ q, channel: null, source: null });
  if (people.isPending) return <Skeleton className="h-12" />;
  if (people.isError) return <Failure error={people.error} className="py-4" />;
  const found = people.data.pages[0]?.items.slice(0, SHOWN) ?? [];
  const refused = optOuts.data?.pages[0]?.items[0];
  return (
    <div aria-live="polite" className={people.isPlaceholderData ? "opacity-60" : undefined}>
      {found.length === 0 ? (
        <p className="flex items-center gap-2 text-[0.93rem] text-ink-2" data-testid="privacy-nobody">
          <UserX className="size-4 text-ink-3" aria-hidden />
          {t("privacy.lookupNobody")}
        </p>
      ) : null}
      <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
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
      {refused ? (
        <p className="mt-2 flex items-center gap-2 text-[0.9rem] text-bad-ink">
          <BellOff className="size-4" aria-hidden />
          {t("privacy.lookupOptedOut", { value: refused.value_masked })}
        </p>
      ) : null}
    </div>
  );
}
