"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useDueConsents } from "@/lib/privacy";
import { useConsentWords } from "./words";

/** Advertising consents whose two years are nearly over. */
export function ConsentsCard() {
  const t = useTranslations();
  const format = useFormat();
  const words = useConsentWords();
  const due = useDueConsents();
  return (
    <Card>
      <CardHeader title={t("privacy.due")} note={t("privacy.dueLaw")} />
      <Unready query={due} rows={2} className="py-6" />
      {due.data?.length === 0 ? <p className="px-5 py-6 text-center text-[0.93rem] text-ink-3">{t("privacy.noneDue")}</p> : null}
      <ul className="mt-2 divide-y divide-line">
        {due.data?.map((consent) => (
          <li key={consent.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-5 py-2.5">
            <Link href={`/contacts/${consent.contact_id}`} className="font-medium hover:underline">{consent.contact_name ?? t("contacts.noName")}</Link>
            <span className="text-[0.87rem] text-ink-3">{words.channel(consent.channel)} · {format.date(consent.given_at)}</span>
            <Badge tone="warn" className="ml-auto">{t("privacy.confirmBy", { at: format.date(consent.reconfirm_by) })}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
