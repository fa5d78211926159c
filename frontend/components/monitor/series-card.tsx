"use client";

import { Area, Bar, CartesianGrid, ComposedChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useTranslations } from "use-intl";
import { ChartLegend, ChartTip, axisStyle } from "@/components/charts/parts";
import { Card, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import type { CampaignSeries } from "@/lib/types";
import { cn } from "@/lib/utils";

export const SERIES = [
  { key: "accepted", color: "var(--chart-2)" },
  { key: "delivered", color: "var(--chart-1)" },
  { key: "failed", color: "var(--chart-3)" },
] as const;

/** A curve through fewer points than this would show slopes that never were. */
const CURVE_FROM = 13;

export function SeriesCard({ series, className }: { series?: CampaignSeries; className?: string }) {
  const t = useTranslations("monitor");
  const format = useFormat();
  const lines = SERIES.map((line) => ({ ...line, label: t(line.key) }));
  return (
    <Card className={cn("flex flex-col pb-3", className)}>
      <CardHeader
        title={t("over")}
        note={series ? t("overNote", { seconds: series.bucket_seconds }) : undefined}
        action={<ChartLegend items={lines} />}
      />
      <div className="h-64 px-2 pt-2" data-testid="monitor-chart">
        {!series ? <Skeleton className="mx-3 h-full" /> : null}
        {series && series.points.length === 0 ? <p className="grid h-full place-items-center text-[0.93rem] text-ink-3">{t("noSeries")}</p> : null}
        {series && series.points.length > 0 ? (
          <ResponsiveContainer width="100%" height="100%">
            <ComposedChart data={series.points} margin={{ top: 8, right: 14, bottom: 0, left: -8 }} barGap={2} accessibilityLayer>
              <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
              <XAxis dataKey="at" tickFormatter={format.clock} minTickGap={56} {...axisStyle} />
              <YAxis allowDecimals={false} tickFormatter={format.number} width={56} {...axisStyle} />
              <Tooltip content={<ChartTip titleOf={format.clock} lines={lines} />} cursor={{ stroke: "var(--line-strong)", fill: "var(--hover)" }} />
              {lines.map((line) =>
                series.points.length < CURVE_FROM ? (
                  <Bar key={line.key} dataKey={line.key} fill={line.color} maxBarSize={26} radius={[3, 3, 0, 0]} isAnimationActive={false} />
                ) : (
                  <Area key={line.key} type="monotone" dataKey={line.key} stroke={line.color} fill={line.color} fillOpacity={0.13} strokeWidth={2} isAnimationActive={false} dot={false} />
                ),
              )}
            </ComposedChart>
          </ResponsiveContainer>
        ) : null}
      </div>
    </Card>
  );
}
