"use client";

import { OctagonX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useFreezes } from "@/lib/compliance";

/** Above every screen as long as sending is frozen, all of it or some campaigns. */
export function FreezeBanner() {
  const t = useTranslations("compliance.freeze");
  const inForce = (useFreezes().data ?? []).filter((freeze) => freeze.lifted_at === null);
  const whole = inForce.find((freeze) => freeze.campaign_id === null);
  if (inForce.length === 0) return null;
  return (
    <div role="alert" data-testid="freeze-banner" className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1 border-b border-bad/30 bg-bad-soft px-4 py-2 text-[0.87rem] text-bad-ink">
      <span className="inline-flex min-w-0 items-center gap-2 font-semibold">
        <OctagonX className="size-4 shrink-0" aria-hidden />
        {whole ? t("bannerAll") : t("bannerSome", { count: inForce.length })}
      </span>
      {whole ? <span className="max-w-full truncate sm:max-w-md">{whole.reason}</span> : null}
      <Link href="/compliance/freezes" className="font-semibold underline decoration-current/40 underline-offset-4 hover:decoration-current">{t("bannerMore")}</Link>
    </div>
  );
}
