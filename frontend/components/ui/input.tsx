import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

const control =
  "w-full rounded-md border border-line-strong bg-surface px-3 text-[0.95rem] text-ink shadow-1 transition-colors " +
  "placeholder:text-ink-3/80 hover:border-ink-3/50 focus-visible:border-ring focus-visible:outline-2 " +
  "focus-visible:outline-offset-0 focus-visible:outline-ring/45 disabled:cursor-not-allowed disabled:bg-sunken " +
  "disabled:text-ink-3 aria-invalid:border-bad";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(control, "h-10", className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return <textarea className={cn(control, "min-h-28 resize-y py-2.5 leading-relaxed", className)} {...props} />;
}
