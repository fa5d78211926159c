"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Failure, SkeletonRows } from "@/components/ui/feedback";
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
      {due.isPending ? <SkeletonRows rows={2} /> : null}
      {due.isError && !due.data ? <Failure error={due.error} onRetry={() => due.refetch()} className="py-6" /> : null}
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
