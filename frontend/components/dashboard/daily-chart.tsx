"use client";

import { useMemo } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useTranslations } from "use-intl";
import { axisStyle, ChartLegend, ChartTip } from "@/components/charts/parts";
import { Card, CardHeader } from "@/components/ui/card";
import { useFormat } from "@/lib/format";
import type { Overview } from "@/lib/types";
import { cn } from "@/lib/utils";

type Day = Overview["daily"][number];

/** Every day of the range, those without messages as zero, so that the axis tells the truth. */
function fillDays(daily: Day[], { from, to }: { from: string; to: string }): (Day & { open: number })[] {
  const known = new Map(daily.map((day) => [day.date.slice(0, 10), day]));
  const days: (Day & { open: number })[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10);
    const day = known.get(date) ?? { date, sent: 0, delivered: 0, failed: 0 };
    days.push({ ...day, date, open: Math.max(0, day.sent - day.delivered - day.failed) });
  }
  return days;
}

interface DailyChartProps {
  daily: Day[];
  range: { from: string; to: string };
  className?: string;
}

export function DailyChart({ daily, range, className }: DailyChartProps) {
  const t = useTranslations();
  const format = useFormat();
  const days = useMemo(() => fillDays(daily, range), [daily, range]);
  const lines = [
    { key: "delivered", label: t("messageState.delivered"), color: "var(--chart-1)" },
    { key: "open", label: t("recipientState.sent"), color: "var(--chart-2)" },
    { key: "failed", label: t("messageState.failed"), color: "var(--chart-3)" },
  ];
  const empty = days.every((day) => day.sent === 0);
  return (
    <Card className={cn("flex flex-col pb-3", className)}>
      <CardHeader title={t("dashboard.chart")} note={t("dashboard.messagesNote", { days: days.length })} action={<ChartLegend items={lines} />} />
      <div className="h-64 px-2 pt-2" data-testid="daily-chart">
        {empty ? (
          <p className="grid h-full place-items-center text-[0.93rem] text-ink-3">{t("dashboard.chartEmpty")}</p>
        ) : (
          <ResponsiveContainer width="100%" height="100%">
            <BarChart data={days} margin={{ top: 8, right: 12, bottom: 0, left: -8 }} accessibilityLayer>
              <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
              <XAxis dataKey="date" tickFormatter={format.day} minTickGap={10} {...axisStyle} />
              <YAxis allowDecimals={false} tickFormatter={format.number} width={56} {...axisStyle} />
              <Tooltip content={<ChartTip titleOf={format.day} lines={lines} />} cursor={{ fill: "var(--hover)" }} />
              {lines.map((line, index) => (
                <Bar key={line.key} dataKey={line.key} stackId="day" fill={line.color} maxBarSize={26} radius={index === lines.length - 1 ? [3, 3, 0, 0] : 0} isAnimationActive={false} />
              ))}
            </BarChart>
          </ResponsiveContainer>
        )}
      </div>
    </Card>
  );
}
