"use client";

import { useTranslations } from "use-intl";
import { Notice } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { useCan } from "@/lib/session";
import { ConsentsCard } from "./consents-card";
import { LookupCard } from "./lookup-card";
import { RekeyingCard } from "./rekeying-card";
import { RequestsCard } from "./requests-card";
import { RetentionCard } from "./retention-card";

/** What the privacy law asks of a camp, at one desk: answer people, delete in time, keep the keys fresh. */
export function PrivacyScreen() {
  const t = useTranslations("privacy");
  const { manage } = useCan();
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <div className="grid gap-5 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)] lg:items-start">
        <div className="grid gap-5">
          <LookupCard />
          <RequestsCard />
        </div>
        {manage ? (
          <div className="grid gap-5">
            <RetentionCard />
            <ConsentsCard />
            <RekeyingCard />
          </div>
        ) : (
          <Notice>{t("onlyManagers")}</Notice>
        )}
      </div>
    </>
  );
}
