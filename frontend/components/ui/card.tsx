import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/utils";

export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section className={cn("rounded-xl border border-line bg-surface shadow-1", className)} {...props} />;
}

interface CardHeaderProps {
  title: ReactNode;
  note?: ReactNode;
  action?: ReactNode;
  className?: string;
}

export function CardHeader({ title, note, action, className }: CardHeaderProps) {
  return (
    <header className={cn("flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4.5 pb-1", className)}>
      <div className="min-w-0">
        <h2 className="text-base font-semibold">{title}</h2>
        {note ? <p className="mt-0.5 text-[0.85rem] text-ink-3">{note}</p> : null}
      </div>
      {action}
    </header>
  );
}
