"use client";

import { useTranslations } from "use-intl";
import { Card, CardHeader } from "@/components/ui/card";
import { useFormat } from "@/lib/format";
import type { CampaignStats } from "@/lib/types";
import { percentOf } from "@/lib/utils";

/** What the campaign has cost so far, by what the carrier bills. */
export function SpendCard({ stats }: { stats: CampaignStats }) {
  const t = useTranslations();
  const format = useFormat();
  return (
    <Card className="pb-5" data-testid="monitor-spend">
      <CardHeader
        title={t("monitor.spent")}
        note={t("monitor.spentNote")}
        action={<span className="text-xl font-bold" data-testid="monitor-spent">{format.won(stats.spent_krw)}</span>}
      />
      {stats.spend.length === 0 ? (
        <p className="px-5 pt-4 text-[0.93rem] text-ink-3">{t("monitor.nothingSpent")}</p>
      ) : (
        <ul className="mt-3 grid gap-3.5 px-5">
          {stats.spend.map(({ kind, messages, krw }) => (
            <li key={kind}>
              <p className="flex flex-wrap justify-between gap-x-3 text-[0.9rem]">
                <span>{t(`kind.${kind}`)} <span className="text-ink-3">{t("monitor.messages", { count: format.number(messages) })}</span></span>
                <span className="font-semibold">{format.won(krw)}</span>
              </p>
              <div className="mt-1 h-2 overflow-hidden rounded-full bg-line/70">
                <div className="h-full rounded-full bg-seal transition-[width] duration-700" style={{ width: `${percentOf(krw, stats.spent_krw)}%` }} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
