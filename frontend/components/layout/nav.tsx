"use client";

import {
  BadgeCheck, BellOff, Cable, Copy, FileUp, Gauge, Layers, LayoutDashboard, MessageSquareQuote, MessagesSquare, Scale, Send, ShieldCheck, UsersRound, UserRoundCog,
  type LucideIcon,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "use-intl";
import { useComplianceStatus } from "@/lib/compliance";
import { useInboxPulse } from "@/lib/inbox";
import { useCan } from "@/lib/session";
import { cn } from "@/lib/utils";

export interface NavItem {
  href: string;
  key: "dashboard" | "contacts" | "imports" | "duplicates" | "segments" | "campaigns" | "inbox" | "optOuts" | "compliance" | "privacy" | "senders" | "templates" | "carriers" | "members" | "quota";
  icon: LucideIcon;
  /** Only for those who manage the camp. */
  manage?: boolean;
}

export const MAIN: NavItem[] = [
  { href: "/", key: "dashboard", icon: LayoutDashboard },
  { href: "/contacts", key: "contacts", icon: UsersRound },
  { href: "/contacts/imports", key: "imports", icon: FileUp },
  { href: "/contacts/duplicates", key: "duplicates", icon: Copy },
  { href: "/segments", key: "segments", icon: Layers },
  { href: "/campaigns", key: "campaigns", icon: Send },
  { href: "/inbox", key: "inbox", icon: MessagesSquare },
  { href: "/opt-outs", key: "optOuts", icon: BellOff },
  { href: "/compliance", key: "compliance", icon: Scale },
];
export const SETTINGS: NavItem[] = [
  { href: "/settings/senders", key: "senders", icon: BadgeCheck },
  { href: "/settings/templates", key: "templates", icon: MessageSquareQuote },
  { href: "/settings/carriers", key: "carriers", icon: Cable },
  { href: "/settings/members", key: "members", icon: UserRoundCog, manage: true },
  { href: "/settings/quota", key: "quota", icon: Gauge },
  { href: "/privacy", key: "privacy", icon: ShieldCheck },
];

/** The longest menu path that the address starts with, so that /contacts/imports does not light up /contacts. */
export function useActiveHref(): string | undefined {
  const pathname = usePathname().replace(/^\/contacts\/import$/, "/contacts/imports");
  return [...MAIN, ...SETTINGS]
    .map((item) => item.href)
    .filter((href) => pathname === href || (href !== "/" && pathname.startsWith(`${href}/`)))
    .sort((a, b) => b.length - a.length)[0];
}

export function NavLinks({ items, onNavigate }: { items: NavItem[]; onNavigate?: () => void }) {
  const t = useTranslations("nav");
  const active = useActiveHref();
  const { manage } = useCan();
  const shown = items.filter((item) => manage || !item.manage);
  return (
    <ul className="grid gap-0.5">
      {shown.map(({ href, key, icon: Icon }) => {
        const current = href === active;
        return (
          <li key={href}>
            <Link
              href={href}
              onClick={onNavigate}
              aria-current={current ? "page" : undefined}
              data-testid={`nav-${key}`}
              className={cn(
                "flex h-10 items-center gap-3 rounded-md px-3 text-[0.95rem] transition-colors",
                current ? "bg-seal-soft font-semibold text-seal-soft-ink" : "text-ink-2 hover:bg-hover hover:text-ink",
              )}
            >
              <Icon className={cn("size-[1.15rem]", current ? "text-seal" : "text-ink-3")} aria-hidden />
              {t(key)}
              <Waiting item={key} className="ml-auto" />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** More than this many are told as "99+". */
const COUNTED = 99;

/** How much waits behind a place of the menu: texts nobody has read, campaigns to be approved. */
function Waiting({ item, className }: { item: NavItem["key"]; className: string }) {
  if (item === "inbox") return <Unread className={className} />;
  return item === "compliance" ? <ToApprove className={className} /> : null;
}

function Unread({ className }: { className: string }) {
  const t = useTranslations("nav");
  const count = useInboxPulse().data?.unread ?? 0;
  return <Count count={count} label={t("unread", { count })} className={className} testId="nav-unread" />;
}

function ToApprove({ className }: { className: string }) {
  const t = useTranslations("nav");
  const count = useComplianceStatus().data?.approvals_waiting ?? 0;
  return <Count count={count} label={t("approvals", { count })} className={className} testId="nav-approvals" />;
}

function Count({ count, label, className, testId }: { count: number; label: string; className: string; testId: string }) {
  if (count === 0) return null;
  return (
    <span
      data-testid={testId}
      aria-label={label}
      className={cn("grid h-[1.15rem] min-w-[1.15rem] place-items-center rounded-full bg-persimmon px-1 text-xs leading-none font-bold text-white dark:text-[oklch(0.2_0.03_60)]", className)}
    >
      {count > COUNTED ? `${COUNTED}+` : count}
    </span>
  );
}

const BAR: NavItem["key"][] = ["dashboard", "contacts", "inbox", "campaigns"];

/** The phone's bottom bar: four places and the drawer. */
export function BottomBar({ onMore, moreOpen }: { onMore: () => void; moreOpen: boolean }) {
  const t = useTranslations("nav");
  const active = useActiveHref();
  const items = MAIN.filter((item) => BAR.includes(item.key));
  const behind = active !== undefined && !items.some(({ href }) => href === active);
  const style = "flex flex-1 flex-col items-center gap-0.5 rounded-md py-1.5 text-xs font-medium [&_svg]:size-[1.35rem]";
  return (
    <nav
      aria-label={t("main")}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface/95 px-2 pt-1 pb-[max(0.35rem,env(safe-area-inset-bottom))] backdrop-blur lg:hidden"
    >
      {items.map(({ href, key, icon: Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === active ? "page" : undefined}
          className={cn(style, href === active ? "text-seal" : "text-ink-3")}
        >
          <span className="relative">
            <Icon aria-hidden />
            <Waiting item={key} className="absolute -top-1.5 left-3" />
          </span>
          {t(key)}
        </Link>
      ))}
      <button type="button" onClick={onMore} aria-expanded={moreOpen} aria-current={behind ? "true" : undefined} className={cn(style, moreOpen || behind ? "text-seal" : "text-ink-3")} data-testid="nav-more">
        <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden>
          <circle cx="5" cy="12" r="1.8" />
          <circle cx="12" cy="12" r="1.8" />
          <circle cx="19" cy="12" r="1.8" />
        </svg>
        {t("more")}
      </button>
    </nav>
  );
}
