import { useTranslations } from "use-intl";
import { cn } from "@/lib/utils";

/** The mark: the ring and stroke of a ballot stamp. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={cn("size-8", className)}>
      <rect width="32" height="32" rx="9" className="fill-seal" />
      <g fill="none" strokeLinecap="round" className="stroke-seal-ink">
        <circle cx="16" cy="16" r="9.4" strokeWidth="2.2" />
        <path d="M14.2 10.8v10.4M14.8 14.8l4.2 2.6" strokeWidth="2.4" />
      </g>
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  const t = useTranslations("app");
  return (
    <span className={cn("inline-flex items-center gap-2.5 text-[1.2rem] font-bold tracking-tight", className)}>
      <Mark />
      {t("name")}
    </span>
  );
}
