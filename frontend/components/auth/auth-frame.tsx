"use client";

import { Check, CopyCheck, Scale, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Wordmark } from "@/components/brand";
import { LanguageMenu, ThemeMenu } from "@/components/layout/preferences";

/** Two halves: what the hub is, and the form. */
export function AuthFrame({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,11fr)_minmax(0,10fr)]">
      <Pitch />
      <div className="flex flex-col px-5 py-5 sm:px-8">
        <div className="flex items-center justify-between">
          <Wordmark className="lg:invisible" />
          <div className="flex gap-1">
            <LanguageMenu />
            <ThemeMenu />
          </div>
        </div>
        <main className="mx-auto flex w-full max-w-[25rem] flex-1 flex-col justify-center py-10">{children}</main>
      </div>
    </div>
  );
}

function Pitch() {
  const t = useTranslations();
  const points: [LucideIcon, string, string][] = [
    [CopyCheck, t("auth.pitch1"), t("auth.pitch1Note")],
    [Check, t("auth.pitch2"), t("auth.pitch2Note")],
    [Scale, t("auth.pitch3"), t("auth.pitch3Note")],
  ];
  return (
    <aside className="relative flex flex-col justify-between overflow-hidden bg-[oklch(0.3_0.055_196)] p-12 text-[oklch(0.97_0.01_180)] max-lg:hidden xl:p-16">
      <StampPattern />
      <Wordmark className="relative [&_circle]:stroke-[oklch(0.3_0.055_196)] [&_path]:stroke-[oklch(0.3_0.055_196)] [&_rect]:fill-[oklch(0.95_0.02_180)]" />
      <div className="relative max-w-lg">
        <p className="text-[2.35rem] leading-[1.3] font-bold tracking-tight text-balance xl:text-[2.7rem]">{t("app.tagline")}</p>
        <ul className="mt-11 grid gap-6">
          {points.map(([Icon, title, note]) => (
            <li key={title} className="flex gap-4">
              <span className="grid size-10 shrink-0 place-items-center rounded-full bg-white/10 ring-1 ring-white/15">
                <Icon className="size-[1.15rem]" aria-hidden />
              </span>
              <span>
                <span className="block font-semibold">{title}</span>
                <span className="mt-0.5 block text-[0.92rem] text-white/70">{note}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
      <p className="relative text-sm text-white/50">{t("app.description")}</p>
    </aside>
  );
}

function StampPattern() {
  return (
    <svg aria-hidden className="absolute -top-28 -right-36 size-[46rem] text-white/[0.055]" viewBox="0 0 32 32" fill="none" stroke="currentColor">
      <circle cx="16" cy="16" r="13" strokeWidth="2.4" />
      <path d="M13.4 8.6v14.8M14.2 14.2l6.2 3.8" strokeWidth="2.7" strokeLinecap="round" />
    </svg>
  );
}
