"use client";

import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { useFormat } from "@/lib/format";
import type { Consent } from "@/lib/privacy";

/** Whether a consent still holds, and if not, since when and why. */
export function ConsentState({ consent }: { consent: Consent }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  if (consent.withdrawn_at) return <Badge tone="bad">{t("withdrawn", { at: format.date(consent.withdrawn_at) })}</Badge>;
  if (consent.ended_at) return <Badge tone="bad">{t("ended", { at: format.date(consent.ended_at) })}</Badge>;
  return <Badge tone="good">{t("valid")}</Badge>;
}
