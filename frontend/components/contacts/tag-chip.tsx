import { X } from "lucide-react";
import { cn } from "@/lib/utils";

export function TagChip({ tag, className }: { tag: string; className?: string }) {
  return (
    <span className={cn("inline-flex items-center rounded-md bg-sunken px-1.5 py-px text-[0.78rem] whitespace-nowrap text-ink-2 ring-1 ring-line ring-inset", className)}>
      {tag}
    </span>
  );
}

interface FilterChipProps {
  label: string;
  count?: string;
  active: boolean;
  onClick: () => void;
  testId?: string;
  removable?: boolean;
}

/** A chip that switches a filter on and off. */
export function FilterChip({ label, count, active, onClick, testId, removable }: FilterChipProps) {
  return (
    <button
      type="button"
      aria-pressed={active}
      onClick={onClick}
      data-testid={testId}
      className={cn(
        "inline-flex h-8 shrink-0 items-center gap-1.5 rounded-full px-3 text-[0.87rem] ring-1 transition-colors ring-inset",
        active ? "bg-seal text-seal-ink ring-seal" : "bg-surface text-ink-2 ring-line-strong hover:bg-hover",
      )}
    >
      {label}
      {count ? <span className={cn("text-xs", active ? "opacity-80" : "text-ink-3")}>{count}</span> : null}
      {removable ? <X className="size-3.5" aria-hidden /> : null}
    </button>
  );
}
