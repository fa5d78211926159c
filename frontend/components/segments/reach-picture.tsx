"use client";

import { useTranslations } from "use-intl";
import { useFormat } from "@/lib/format";
import type { Reach, SegmentPreview, Total } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";

const TINT: Record<Reach, string> = { sms: "bg-(--chart-1)", kakao_alimtalk: "bg-(--chart-3)", email: "bg-(--chart-4)" };
const asTotal = (value: number | Total): Total => (typeof value === "number" ? { value, relation: "eq" } : value);

/** How much of the segment each channel reaches. */
export function ReachPicture({ preview }: { preview: SegmentPreview }) {
  const t = useTranslations("reach");
  const format = useFormat();
  if (!preview.reachable || preview.count.value === 0) return null;
  // Above the bound of exact counting a share would be made up.
  const exact = preview.count.relation === "eq";
  const parts = (Object.keys(TINT) as Reach[]).map((channel) => ({ channel, total: asTotal(preview.reachable![channel]) }));
  return (
    <dl className="grid gap-2.5" aria-label={t("title")} data-testid="segment-reach">
      {parts.map(({ channel, total }) => {
        const percent = percentOf(total.value, preview.count.value);
        return (
          <div key={channel}>
            <div className="mb-1 flex items-baseline justify-between text-[0.87rem]">
              <dt className="font-medium">{t(channel)}</dt>
              <dd className="text-ink-3">
                <span className="font-semibold text-ink">{format.total(total)}</span>
                {exact ? ` · ${format.percent(percent / 100)}` : null}
              </dd>
            </div>
            <div aria-hidden className="h-2 overflow-hidden rounded-full bg-line/80">
              <div className={cn("h-full rounded-full transition-[width] duration-500", TINT[channel])} style={{ width: `${percent}%` }} />
            </div>
          </div>
        );
      })}
    </dl>
  );
}
