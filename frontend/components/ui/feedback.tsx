"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { ApiError } from "@/lib/api";
import { cn, percentOf } from "@/lib/utils";
import { Button } from "./button";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-shimmer rounded-md bg-line/80", className)} />;
}

/** `note`: why it takes so long. */
export function SkeletonRows({ rows = 6, className, note }: { rows?: number; className?: string; note?: ReactNode }) {
  return (
    <div role="status" className={cn("grid gap-3 p-5", className)}>
      {note}
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} className={cn("h-9", index % 3 === 2 && "w-4/5")} />
      ))}
    </div>
  );
}

interface EmptyProps {
  art?: ReactNode;
  title: ReactNode;
  note?: ReactNode;
  action?: ReactNode;
  className?: string;
}

export function Empty({ art, title, note, action, className }: EmptyProps) {
  return (
    <div className={cn("flex flex-col items-center px-6 py-14 text-center", className)}>
      {art}
      <h3 className="mt-5 text-lg font-semibold">{title}</h3>
      {note ? <p className="mt-1.5 max-w-md text-[0.93rem] text-ink-3">{note}</p> : null}
      {action ? <div className="mt-6 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}

/** The error state of a block: the server's sentence, the request id for support, and a way to try again. */
export function Failure({ error, onRetry, className }: { error: Error; onRetry?: () => void; className?: string }) {
  const t = useTranslations("errors");
  return (
    <div role="alert" className={cn("flex flex-col items-center px-6 py-12 text-center", className)}>
      <span className="grid size-12 place-items-center rounded-full bg-bad-soft text-bad-ink">
        <CircleAlert className="size-6" aria-hidden />
      </span>
      <h3 className="mt-4 text-base font-semibold">{t("title")}</h3>
      <p className="mt-1 max-w-md text-[0.93rem] text-ink-2">{error.message}</p>
      {error instanceof ApiError && error.requestId ? (
        <p className="mt-2 text-xs text-ink-3">{t("request", { id: error.requestId })}</p>
      ) : null}
      {onRetry ? (
        <Button variant="secondary" size="sm" className="mt-5" onClick={onRetry}>
          <RotateCw aria-hidden />
          {t("retry")}
        </Button>
      ) : null}
    </div>
  );
}

const NOTICE = {
  info: "bg-seal-soft text-seal-soft-ink",
  warn: "bg-warn-soft text-warn-ink",
  bad: "bg-bad-soft text-bad-ink",
  good: "bg-good-soft text-good-ink",
} as const;

interface NoticeProps {
  tone?: keyof typeof NOTICE;
  icon?: ReactNode;
  title?: ReactNode;
  children?: ReactNode;
  className?: string;
}

export function Notice({ tone = "info", icon, title, children, className }: NoticeProps) {
  return (
    <div className={cn("flex gap-3 rounded-lg px-4 py-3 text-[0.9rem] [&>svg]:mt-0.5 [&>svg]:size-[1.15rem] [&>svg]:shrink-0", NOTICE[tone], className)}>
      {icon}
      <div className="min-w-0 flex-1">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}

export interface BarPart {
  key: string;
  value: number;
  className: string;
  label: string;
}

/** A bar whose parts add up to `total`. */
export function StackedBar({ parts, total, label, className }: { parts: BarPart[]; total: number; label: string; className?: string }) {
  return (
    <div role="img" aria-label={label} className={cn("flex h-2.5 gap-px overflow-hidden rounded-full bg-line/70", className)}>
      {parts.filter((part) => part.value > 0).map((part) => (
        <div
          key={part.key}
          title={part.label}
          className={cn("h-full min-w-[3px] transition-[width] duration-700 ease-out", part.className)}
          style={{ width: `${percentOf(part.value, total)}%` }}
        />
      ))}
    </div>
  );
}

export function ProgressBar({ percent, label, className }: { percent: number; label: string; className?: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      className={cn("h-2.5 overflow-hidden rounded-full bg-line/80", className)}
    >
      <div className="h-full rounded-full bg-seal transition-[width] duration-500 ease-out" style={{ width: `${percent}%` }} />
    </div>
  );
}
