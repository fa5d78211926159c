"use client";

import { useTranslations } from "use-intl";
import { ArtFile } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/feedback";

/** A screen that broke while drawing; the shell around it stays. */
export default function ScreenError({ reset }: { reset: () => void }) {
  const t = useTranslations("errors");
  return <Empty art={<ArtFile />} title={t("crashTitle")} note={t("crashNote")} action={<Button onClick={reset}>{t("retry")}</Button>} />;
}
