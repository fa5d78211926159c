"use client";

import { useEffect, useRef, type ReactNode } from "react";
import { useFormat } from "@/lib/format";
import { cn } from "@/lib/utils";

/** How a toggle looks: a filter among filters, a tab above a list, or a pill that leads through kinds. */
const LOOKS = {
  chip: {
    base: "h-8 rounded-full px-3 text-[0.87rem] ring-1 ring-inset",
    on: "bg-seal text-seal-ink ring-seal",
    off: "bg-surface text-ink-2 ring-line-strong hover:bg-hover",
  },
  tab: {
    base: "-mb-px h-9 max-w-52 truncate border-b-2 px-2.5 text-[0.92rem]",
    on: "border-seal font-semibold text-ink",
    off: "border-transparent text-ink-3 hover:text-ink",
  },
  pill: {
    base: "h-10 rounded-full px-4 text-[0.9rem] font-medium ring-1 ring-inset",
    on: "bg-seal text-seal-ink ring-transparent",
    off: "bg-surface text-ink-2 ring-line hover:bg-hover",
  },
} as const;

interface ToggleProps {
  look: keyof typeof LOOKS;
  active: boolean;
  onClick: () => void;
  testId?: string;
  children: ReactNode;
}

/** A button that is pressed or not. */
export function Toggle({ look, active, onClick, testId, children }: ToggleProps) {
  const { base, on, off } = LOOKS[look];
  return (
    <button
      type="button"
      aria-pressed={active}
      onClick={onClick}
      data-testid={testId}
      className={cn("inline-flex shrink-0 items-center gap-1.5 transition-colors", base, active ? on : off)}
    >
      {children}
    </button>
  );
}

/** A chip that switches a filter on and off. */
export function FilterChip({ label, ...rest }: Omit<ToggleProps, "look" | "children"> & { label: string }) {
  return <Toggle look="chip" {...rest}>{label}</Toggle>;
}

interface KindPillsProps<T extends string> {
  label: string;
  kinds: { kind: T; label: string; count?: number }[];
  shown: T;
  onShow: (kind: T) => void;
  /** Before the kind's name in the handle for tests. */
  testId: string;
}

/** The kinds of what is listed below, each with how many there are; they scroll sideways on phones. */
export function KindPills<T extends string>({ label, kinds, shown, onShow, testId }: KindPillsProps<T>) {
  const format = useFormat();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    row.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [shown]);
  return (
    <div ref={row} role="group" aria-label={label} className="no-scrollbar -mx-4 mb-4 flex gap-1.5 overflow-x-auto px-4 pb-1 sm:mx-0 sm:flex-wrap sm:px-0">
      {kinds.map(({ kind, label: words, count }) => (
        <Toggle key={kind} look="pill" active={kind === shown} onClick={() => onShow(kind)} testId={`${testId}-${kind}`}>
          {words}
          {count === undefined ? null : <span className={kind === shown ? "opacity-80" : "text-ink-3"}>{format.number(count)}</span>}
        </Toggle>
      ))}
    </div>
  );
}
