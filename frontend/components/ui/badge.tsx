import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

const style = cva("inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5", {
  variants: {
    tone: {
      neutral: "bg-sunken text-ink-2 ring-1 ring-line ring-inset",
      seal: "bg-seal-soft text-seal-soft-ink",
      good: "bg-good-soft text-good-ink",
      warn: "bg-warn-soft text-warn-ink",
      bad: "bg-bad-soft text-bad-ink",
      persimmon: "bg-persimmon-soft text-persimmon-ink",
    },
  },
  defaultVariants: { tone: "neutral" },
});

export type Tone = NonNullable<VariantProps<typeof style>["tone"]>;

export function Badge({ tone, className, ...props }: ComponentProps<"span"> & { tone?: Tone }) {
  return <span className={cn(style({ tone }), className)} {...props} />;
}

const DOT: Record<Tone, string> = {
  neutral: "bg-ink-3",
  seal: "bg-seal",
  good: "bg-good",
  warn: "bg-warn",
  bad: "bg-bad",
  persimmon: "bg-persimmon",
};

export function Dot({ tone = "neutral", live }: { tone?: Tone; live?: boolean }) {
  return <span aria-hidden className={cn("size-1.5 rounded-full", DOT[tone], live && "animate-pulse-dot")} />;
}
