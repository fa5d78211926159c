"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { PageHeader } from "@/components/ui/page-header";
import { useComplianceStatus } from "@/lib/compliance";
import { cn } from "@/lib/utils";

const TABS = [
  ["/compliance", "overview"], ["/compliance/candidate", "candidate"], ["/compliance/approvals", "approvals"],
  ["/compliance/notices", "notices"], ["/compliance/freezes", "freezes"], ["/compliance/rules", "rules"],
] as const;

/** Moves sideways only: the page itself must not jump when numbers change. */
function centre(tabs: HTMLElement): void {
  const active = tabs.querySelector('[aria-current="page"]')?.getBoundingClientRect();
  const shown = tabs.getBoundingClientRect();
  if (active) tabs.scrollLeft += active.left + active.width / 2 - shown.left - shown.width / 2;
}

/** The frame of the compliance centre's screens: title and tabs. */
export function ComplianceFrame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const t = useTranslations("compliance");
  const pathname = usePathname();
  const status = useComplianceStatus().data;
  const { results_to_tell: results = 0, consents_to_confirm: confirmations = 0 } = status?.tasks ?? {};
  const waiting: Partial<Record<string, number>> = { approvals: status?.approvals_waiting, notices: results + confirmations };
  // On a phone the tabs are wider than the screen, and wider still once their numbers are known.
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    if (tabs.current) centre(tabs.current);
  }, [pathname, status]);
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} actions={actions} />
      <nav ref={tabs} aria-label={t("title")} className="no-scrollbar mb-5 flex gap-1 overflow-x-auto border-b border-line">
        {TABS.map(([href, key]) => (
          <Link
            key={href}
            href={href}
            aria-current={pathname === href ? "page" : undefined}
            data-testid={`compliance-tab-${key}`}
            className={cn(
              "-mb-px inline-flex shrink-0 items-center gap-1.5 border-b-2 px-3.5 py-2.5 text-[0.93rem] font-medium -outline-offset-2",
              pathname === href ? "border-seal text-seal" : "border-transparent text-ink-3 hover:text-ink",
            )}
          >
            {t(`tabs.${key}`)}
            {waiting[key] ? <span className="grid h-5 min-w-5 place-items-center rounded-full bg-persimmon px-1.5 text-xs font-bold text-white dark:text-[oklch(0.2_0.03_60)]">{waiting[key]}</span> : null}
          </Link>
        ))}
      </nav>
      {children}
    </>
  );
}
