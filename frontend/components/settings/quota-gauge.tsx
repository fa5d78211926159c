"use client";

import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";
import type { Quota } from "@/lib/types";
import { cn } from "@/lib/utils";

const RADIUS = 74;
const HALF = Math.PI * RADIUS;

/** A half ring: used, then reserved, then what remains. */
export function QuotaGauge({ quota, large }: { quota: Quota; large?: boolean }) {
  const t = useTranslations("quota");
  const format = useFormat();
  const limit = Math.max(quota.limit, 1);
  const used = Math.min(1, quota.used / limit);
  const taken = Math.min(1, (quota.used + quota.reserved) / limit);
  const [year, month] = quota.period.split("-");
  const tight = taken > 0.9;
  return (
    <div className="flex flex-col items-center">
      <div className={cn("relative w-full", large ? "max-w-80" : "max-w-60")}>
        <svg viewBox="0 0 180 100" role="img" aria-label={`${t("remaining")} ${format.number(quota.remaining)}`} fill="none" strokeWidth="15" strokeLinecap="round">
          <Arc className="stroke-line" share={1} />
          <Arc className={tight ? "stroke-persimmon/45" : "stroke-seal/35"} share={taken} />
          <Arc className={tight ? "stroke-persimmon" : "stroke-seal"} share={used} />
        </svg>
        <div className="absolute inset-x-0 bottom-0 text-center">
          <p className="text-[0.8rem] text-ink-3">{t("remaining")}</p>
          <p className={cn("leading-tight font-bold tracking-tight", large ? "text-[2.4rem]" : "text-[1.75rem]")} data-testid="quota-remaining">{format.number(quota.remaining)}</p>
        </div>
      </div>
      <p className="mt-2 text-[0.84rem] text-ink-3">
        {year && month ? t("month", { year, month: String(Number(month)) }) : quota.period} {t("ofLimit", { limit: format.number(quota.limit) })}
      </p>
      <dl className="mt-3 flex gap-6 text-center text-[0.87rem]">
        <Part label={t("used")} value={format.number(quota.used)} className={tight ? "bg-persimmon" : "bg-seal"} />
        <Part label={t("reserved")} value={format.number(quota.reserved)} className={tight ? "bg-persimmon/45" : "bg-seal/35"} />
      </dl>
    </div>
  );
}

function Arc({ share, className }: { share: number; className: string }) {
  if (share <= 0) return null;
  return (
    <path
      d={`M16 90 A${RADIUS} ${RADIUS} 0 0 1 164 90`}
      className={cn("transition-[stroke-dashoffset] duration-700", className)}
      strokeDasharray={HALF}
      strokeDashoffset={HALF * (1 - share)}
    />
  );
}

function Part({ label, value, className }: { label: string; value: string; className: string }) {
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden className={cn("size-2.5 rounded-[3px]", className)} />
      <dt className="text-ink-3">{label}</dt>
      <dd className="font-semibold">{value}</dd>
    </div>
  );
}
