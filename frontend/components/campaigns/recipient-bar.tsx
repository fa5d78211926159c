"use client";

import { useTranslations } from "use-intl";
import { StackedBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { RECIPIENT_STATES } from "@/lib/states";
import type { RecipientCounts } from "@/lib/types";

/** Recipients by their present state; the parts add up to all recipients. */
export function RecipientBar({ counts, className }: { counts: RecipientCounts; className?: string }) {
  const t = useTranslations("recipientState");
  const format = useFormat();
  const parts = RECIPIENT_STATES.map(({ state, className: tint }) => ({
    key: state,
    value: counts[state],
    className: tint,
    label: `${t(state)} ${format.number(counts[state])}`,
  }));
  const label = parts.filter((part) => part.value > 0).map((part) => part.label).join(", ");
  return <StackedBar parts={parts} total={counts.recipients} label={label} className={className} />;
}
