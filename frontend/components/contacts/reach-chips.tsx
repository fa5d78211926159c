"use client";

import { BellOff, Check, Mail, MessageCircle, MessageSquareText, Minus, UsersRound, type LucideIcon } from "lucide-react";
import { useTranslations } from "use-intl";
import { reachOf, type ReachReason } from "@/lib/reach";
import type { ContactDetail, Reach } from "@/lib/types";
import { cn } from "@/lib/utils";

const ICON: Record<Reach, LucideIcon> = { sms: MessageSquareText, kakao_alimtalk: MessageCircle, email: Mail };
const SIGN: Record<ReachReason, LucideIcon> = { ok: Check, optedOut: BellOff, shared: UsersRound, noMobile: Minus, noEmail: Minus };
const LOOK: Record<ReachReason, string> = {
  ok: "bg-good-soft text-good-ink",
  optedOut: "bg-bad-soft text-bad-ink",
  shared: "bg-warn-soft text-warn-ink",
  noMobile: "bg-sunken text-ink-3",
  noEmail: "bg-sunken text-ink-3",
};

/** Whether the person can be written to, channel by channel. */
export function ReachChips({ contact }: { contact: ContactDetail }) {
  const t = useTranslations("reach");
  const reach = Object.entries(reachOf(contact)) as [Reach, ReachReason][];
  return (
    <ul className="grid grid-cols-3 gap-1.5" aria-label={t("title")} data-testid="contact-reach">
      {reach.map(([channel, reason]) => {
        const Icon = ICON[channel];
        const Sign = SIGN[reason];
        return (
          <li key={channel} className={cn("flex min-w-0 flex-col gap-0.5 rounded-lg px-3 py-2", LOOK[reason])}>
            <span className="flex items-center gap-1.5 text-[0.87rem] font-semibold">
              <Icon className="size-4 shrink-0" aria-hidden />
              <span className="truncate">{t(channel)}</span>
            </span>
            <span className="flex items-center gap-1 text-xs">
              <Sign className="size-3 shrink-0" aria-hidden />
              {t(reason)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
