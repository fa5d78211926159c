"use client";

import { Phone } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import type { ReportedNumber } from "@/lib/compliance";
import { useFormat } from "@/lib/format";

/** Numbers reported to the election commission; one at a time may be sent from (규칙 제25조의10). */
export function NumbersCard({ numbers }: { numbers: ReportedNumber[] }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  return (
    <Card className="pb-4" data-testid="reported-numbers">
      <CardHeader title={t("numbers")} note={t("numbersNote")} action={<Link href="/settings/senders" className="text-[0.88rem] font-medium text-seal hover:underline">{t("toSenders")}</Link>} />
      {numbers.length === 0 ? <p className="px-5 pt-2 text-[0.9rem] text-ink-3">{t("noNumbers")}</p> : null}
      <ul className="mt-2 grid gap-2 px-5 *:min-w-0 sm:grid-cols-2">
        {numbers.map((number) => (
          <li key={number.sender_id} className="flex items-center gap-3 rounded-lg bg-sunken px-3.5 py-2.5">
            <Phone className="size-4.5 shrink-0 text-ink-3" aria-hidden />
            <span className="min-w-0 flex-1 leading-tight">
              <span className="block truncate font-semibold">{number.value}</span>
              <span className="text-[0.8rem] text-ink-3">{t("reportedOn", { day: format.date(`${number.reported_on}T12:00:00+09:00`) })}</span>
            </span>
            <Badge tone={number.in_use ? "good" : "neutral"}>{t(number.in_use ? "inUse" : "notInUse")}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
