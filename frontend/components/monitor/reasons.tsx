"use client";

import { CircleCheck } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card, CardHeader } from "@/components/ui/card";
import { useFormat } from "@/lib/format";
import { useReason } from "@/lib/reasons";
import type { CampaignStats } from "@/lib/types";
import { percentOf } from "@/lib/utils";

const SHOWN = 6;

/** Failure reasons as bars, the most frequent first. */
export function Reasons({ stats }: { stats: CampaignStats }) {
  const t = useTranslations("monitor");
  const format = useFormat();
  const wordsOf = useReason();
  const reasons = [...(stats.reasons ?? [])].sort((a, b) => b.count - a.count).slice(0, SHOWN);
  const most = reasons[0]?.count ?? 0;
  return (
    <Card className="flex flex-col pb-5">
      <CardHeader title={t("reasons")} />
      {reasons.length === 0 ? (
        <p className="flex flex-1 flex-col items-center justify-center gap-2 px-5 py-10 text-[0.93rem] text-ink-3">
          <CircleCheck className="size-7 text-seal/60" aria-hidden />
          {t("noReasons")}
        </p>
      ) : (
        <ul className="mt-3 grid gap-3.5 px-5" data-testid="monitor-reasons">
          {reasons.map(({ reason, count }) => (
            <li key={reason}>
              <p className="flex justify-between gap-3 text-[0.9rem]">
                <span className="truncate">{wordsOf(reason)}</span>
                <span className="font-semibold">{format.number(count)}</span>
              </p>
              <div className="mt-1 h-2 overflow-hidden rounded-full bg-line/70">
                <div className="h-full rounded-full bg-persimmon transition-[width] duration-700" style={{ width: `${percentOf(count, most)}%` }} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
