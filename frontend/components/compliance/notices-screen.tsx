"use client";

import { useTranslations } from "use-intl";
import { Unready } from "@/components/ui/unready";
import { useNotices } from "@/lib/compliance";
import { useDueConsents } from "@/lib/privacy";
import { useMe } from "@/lib/session";
import { ComplianceFrame } from "./frame";
import { NoticeCard, type Owed } from "./notice-card";

/** People are told in Korean, whatever language the screen speaks. */
const inKorean = (at: string): string => new Intl.DateTimeFormat("ko-KR", { dateStyle: "long", timeZone: "Asia/Seoul" }).format(new Date(at));

/** Whom the network act wants told what about their consent to advertising, until when, and in which words. */
export function NoticesScreen() {
  return (
    <ComplianceFrame>
      <div className="grid items-start gap-5 *:min-w-0 xl:grid-cols-2">
        <Results />
        <Confirmations />
      </div>
    </ComplianceFrame>
  );
}

/** Results of consents and withdrawals (A04): within 14 days. */
function Results() {
  const t = useTranslations("compliance.notices");
  const camp = useMe().data?.tenant.name ?? "";
  const notices = useNotices();
  if (!notices.data) return <Unready card query={notices} rows={4} />;
  const owed = notices.data.map((notice): Owed => ({
    key: `${notice.what}-${notice.id}`,
    consentId: notice.id,
    what: notice.what,
    contactId: notice.contact_id,
    name: notice.contact_name,
    purpose: notice.purpose,
    channel: notice.channel,
    at: notice.at,
    by: notice.tell_by,
    words: t(`words.${notice.what}`, { camp, at: inKorean(notice.at) }),
  }));
  return <NoticeCard kind="results" owed={owed} />;
}

/** Consents whose two years end (A05). */
function Confirmations() {
  const t = useTranslations("compliance.notices");
  const camp = useMe().data?.tenant.name ?? "";
  const due = useDueConsents();
  if (!due.data) return <Unready card query={due} rows={4} />;
  const owed = due.data.map((consent): Owed => ({
    key: `confirmed-${consent.id}`,
    consentId: consent.id,
    what: "confirmed",
    contactId: consent.contact_id,
    name: consent.contact_name,
    purpose: null,
    channel: consent.channel,
    at: consent.given_at,
    by: consent.reconfirm_by,
    words: t("words.confirmed", { camp, at: inKorean(consent.given_at) }),
  }));
  return <NoticeCard kind="confirmations" owed={owed} />;
}
