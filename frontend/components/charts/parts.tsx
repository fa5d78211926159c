"use client";

import { useFormat } from "@/lib/format";

export interface ChartLine {
  key: string;
  label: string;
  color: string;
}

export const axisStyle = {
  tick: { fill: "var(--ink-3)", fontSize: 12 },
  tickLine: false,
  axisLine: false,
} as const;

export function ChartLegend({ items }: { items: ChartLine[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[0.84rem] text-ink-2">
      {items.map((item) => (
        <li key={item.key} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-[3px]" style={{ background: item.color }} />
          {item.label}
        </li>
      ))}
    </ul>
  );
}

interface ChartTipProps {
  lines: ChartLine[];
  titleOf: (value: string) => string;
  /** Given by the chart. */
  active?: boolean;
  payload?: readonly { payload?: Record<string, string | number> }[];
}

/** The hover card of every chart. */
export function ChartTip({ lines, titleOf, active, payload }: ChartTipProps) {
  const format = useFormat();
  const point = payload?.[0]?.payload;
  if (!active || !point) return null;
  return (
    <div className="rounded-lg border border-line bg-raised px-3 py-2 text-[0.84rem] shadow-3">
      <p className="mb-1 font-medium">{titleOf(String(point.at ?? point.date))}</p>
      {lines.map((line) => (
        <p key={line.key} className="flex items-center justify-between gap-5">
          <span className="flex items-center gap-1.5 text-ink-2">
            <span aria-hidden className="size-2 rounded-[3px]" style={{ background: line.color }} />
            {line.label}
          </span>
          <span className="font-semibold">{format.number(Number(point[line.key] ?? 0))}</span>
        </p>
      ))}
    </div>
  );
}
