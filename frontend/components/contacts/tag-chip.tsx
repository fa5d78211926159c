import { cn } from "@/lib/utils";

export function TagChip({ tag, className }: { tag: string; className?: string }) {
  return (
    <span className={cn("inline-flex items-center rounded-md bg-sunken px-1.5 py-px text-xs whitespace-nowrap text-ink-2 ring-1 ring-line ring-inset", className)}>
      {tag}
    </span>
  );
}
