"use client";

import { CircleQuestionMark, FlaskConical, LogOut, Smartphone } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { Mark } from "@/components/brand";
import { FreezeBanner } from "@/components/compliance/freeze-banner";
import { JobsPanel } from "@/components/contacts/jobs-panel";
import { Sheet } from "@/components/ui/dialog";
import { Failure, Skeleton } from "@/components/ui/feedback";
import { Menu, MenuItem, MenuLabel, MenuLine } from "@/components/ui/menu";
import { setSignedOutHandler } from "@/lib/api";
import { useLogout, useMe } from "@/lib/session";
import type { Me } from "@/lib/types";
import { BottomBar, MAIN, NavLinks, SETTINGS } from "./nav";
import { LanguageMenu, ThemeMenu } from "./preferences";

function useSignInWhenSignedOut(): void {
  const router = useRouter();
  useEffect(() => {
    setSignedOutHandler(() => {
      const here = window.location.pathname + window.location.search;
      router.replace(here === "/" ? "/login" : `/login?next=${encodeURIComponent(here)}`);
    });
    return () => setSignedOutHandler(() => {});
  }, [router]);
}

/** Everything behind login: side bar (bottom bar on phones), who is signed in, and the simulation banner. */
export function Shell({ children }: { children: ReactNode }) {
  useSignInWhenSignedOut();
  const t = useTranslations("nav");
  const me = useMe();
  const [drawer, setDrawer] = useState(false);
  return (
    <div className="min-h-dvh lg:pl-[15.5rem]">
      <a href="#content" className="sr-only z-70 rounded-md bg-seal px-4 py-2 text-seal-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        {t("skip")}
      </a>
      <SideBar me={me.data} />
      <TopBar me={me.data} />
      {me.data?.tenant.simulated ? <SimulationBanner /> : null}
      <FreezeBanner />
      <JobsPanel />
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[82rem] px-4 pt-6 pb-28 sm:px-6 outline-none lg:px-10 lg:pt-9 lg:pb-16">
        {me.isError && !me.data ? <Failure error={me.error} onRetry={() => me.refetch()} /> : children}
      </main>
      <BottomBar onMore={() => setDrawer(true)} moreOpen={drawer} />
      <Sheet open={drawer} onOpenChange={setDrawer} title={t("more")}>
        <NavLinks items={[...MAIN, ...SETTINGS]} onNavigate={() => setDrawer(false)} />
      </Sheet>
    </div>
  );
}

function SideBar({ me }: { me?: Me }) {
  const t = useTranslations("nav");
  return (
    <aside className="fixed inset-y-0 left-0 z-30 flex w-[15.5rem] flex-col border-r border-line bg-surface max-lg:hidden">
      <TenantName me={me} className="h-[4.5rem] px-5" />
      <nav aria-label={t("main")} className="scroll-thin flex-1 overflow-y-auto px-3 py-2">
        <NavLinks items={MAIN} />
        <p className="mt-6 mb-1.5 px-3 text-xs font-medium text-ink-3">{t("settings")}</p>
        <NavLinks items={SETTINGS} />
      </nav>
      <div className="flex items-center gap-1 border-t border-line p-3">
        <AccountMenu me={me} wide />
        <LanguageMenu />
        <ThemeMenu />
      </div>
    </aside>
  );
}

function TopBar({ me }: { me?: Me }) {
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center justify-between border-b border-line bg-surface/95 pr-2 pl-4 backdrop-blur lg:hidden">
      <TenantName me={me} />
      <div className="flex items-center">
        <LanguageMenu />
        <ThemeMenu />
        <AccountMenu me={me} />
      </div>
    </header>
  );
}

function TenantName({ me, className }: { me?: Me; className?: string }) {
  const t = useTranslations("app");
  return (
    <div className={`flex min-w-0 items-center gap-3 ${className ?? ""}`}>
      <Mark className="size-8 shrink-0" />
      <div className="min-w-0 leading-tight">
        <p className="text-xs text-ink-3">{t("name")}</p>
        {me ? (
          <p className="truncate font-semibold" title={me.tenant.name} data-testid="tenant-name">{me.tenant.name}</p>
        ) : (
          <Skeleton className="mt-1 h-4 w-28" />
        )}
      </div>
    </div>
  );
}

function AccountMenu({ me, wide }: { me?: Me; wide?: boolean }) {
  const t = useTranslations();
  const router = useRouter();
  const logout = useLogout();
  const initial = me?.name.trim().charAt(0) ?? "";
  return (
    <Menu
      align={wide ? "start" : "end"}
      trigger={
        <button
          type="button"
          aria-label={t("shell.account")}
          data-testid="account-menu"
          className={`flex min-w-0 items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-hover ${wide ? "flex-1" : ""}`}
        >
          <span className="grid size-8 shrink-0 place-items-center rounded-full bg-persimmon-soft text-[0.87rem] font-semibold text-persimmon-ink">{initial}</span>
          {wide && me ? (
            <span className="min-w-0 leading-tight">
              <span className="block truncate text-[0.87rem] font-medium">{me.name}</span>
              <span className="block text-xs text-ink-3">{t(`role.${me.role}`)}</span>
            </span>
          ) : null}
        </button>
      }
    >
      <MenuLabel>{me?.email}</MenuLabel>
      <MenuLine />
      <MenuItem onSelect={() => router.push("/help")} data-testid="help-open">
        <CircleQuestionMark aria-hidden />
        {t("help.menu")}
      </MenuItem>
      <MenuItem onSelect={() => logout.mutate()} data-testid="logout">
        <LogOut aria-hidden />
        {t("shell.logout")}
      </MenuItem>
    </Menu>
  );
}

/** Standing above every screen, as long as messages reach only the virtual phones. */
function SimulationBanner() {
  const t = useTranslations("shell");
  return (
    <div
      role="status"
      data-testid="simulation-banner"
      className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1 border-b border-persimmon/30 bg-persimmon-soft px-4 py-2 text-[0.87rem] text-persimmon-ink"
    >
      <span className="inline-flex items-center gap-2 font-medium">
        <FlaskConical className="size-4 shrink-0" aria-hidden />
        <span className="max-sm:hidden">{t("simulated")}</span>
        <span className="sm:hidden">{t("simulatedShort")}</span>
      </span>
      <a
        href="/simulator/"
        target="_blank"
        rel="noopener"
        data-testid="simulator-link"
        className="-my-1 inline-flex items-center gap-1.5 rounded-full py-1 font-semibold underline decoration-persimmon/40 underline-offset-4 hover:decoration-current"
      >
        <Smartphone className="size-4" aria-hidden />
        {t("openPhones")}
      </a>
    </div>
  );
}
