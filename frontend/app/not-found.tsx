"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { ArtSearch } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/feedback";

export default function NotFound() {
  const t = useTranslations("errors");
  return (
    <main className="grid min-h-dvh place-items-center">
      <Empty art={<ArtSearch />} title={t("notFoundTitle")} note={t("notFoundNote")} action={<Button asChild><Link href="/">{t("home")}</Link></Button>} />
    </main>
  );
}
