"use client";

import { Mail, MapPin, MessageCircle, Phone, StickyNote, UsersRound, type LucideIcon } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { untextable } from "@/lib/reach";
import type { ContactDetail, ContactPoint } from "@/lib/types";

const ICON: Record<ContactPoint["kind"], LucideIcon> = { phone: Phone, landline: Phone, email: Mail, kakao_id: MessageCircle };
const LABEL = { phone: "phone", landline: "phone", email: "email", kakao_id: "kakao" } as const;

/** No text goes out to it, not even once. */
const isLandline = (value: string): boolean => /^0[2-8]/.test(value);

/** Numbers and addresses, with what can be done with each in words. */
export function ContactPoints({ contact }: { contact: ContactDetail }) {
  const t = useTranslations("contacts");
  const shared = [
    ...(contact.shared_phones ?? []).map(({ number, ...holder }) => ({ kind: "Phone" as const, value: number, ...holder })),
    ...(contact.shared_emails ?? []).map(({ address, ...holder }) => ({ kind: "Email" as const, value: address, ...holder })),
  ];
  const nothing = contact.points.length === 0 && shared.length === 0 && !contact.address && !contact.note;
  return (
    <section aria-label={t("info")} className="grid gap-3">
      {contact.points.map((point) => <PointLine key={point.id} point={point} />)}
      {shared.map(({ kind, value, holder_id, holder_name }) => (
        <Line key={value} icon={UsersRound} label={t(`shared${kind}`)}>
          <span className="mr-2">{value}</span>
          <Badge tone="warn">{t(`shared${kind}`)}</Badge>
          <p className="mt-0.5 text-[0.85rem] text-ink-3">
            {t.rich(kind === "Phone" && isLandline(value) ? "sharedLandlineNote" : `shared${kind}Note`, {
              name: holder_name ?? t("noName"),
              link: (chunks) => <Link href={`/contacts/${holder_id}`} className="font-medium text-seal hover:underline" data-testid="shared-holder">{chunks}</Link>,
            })}
          </p>
        </Line>
      ))}
      {contact.address ? <Line icon={MapPin} label={t("address")}>{contact.address}</Line> : null}
      {contact.note ? <Line icon={StickyNote} label={t("note")}><span className="whitespace-pre-wrap">{contact.note}</span></Line> : null}
      {nothing ? <p className="text-[0.9rem] text-ink-3">{t("noInfo")}</p> : null}
    </section>
  );
}

function PointLine({ point }: { point: ContactPoint }) {
  const t = useTranslations("contacts");
  const why = untextable(point);
  return (
    <Line icon={ICON[point.kind]} label={t(LABEL[point.kind])}>
      <span className="mr-2">{point.value}</span>
      {point.opted_out ? <Badge tone="bad">{t("optedOut")}</Badge> : null}
      {why ? <span className="block text-[0.85rem] text-ink-3">{t(`untextable.${why}`)}</span> : null}
    </Line>
  );
}

function Line({ icon: Icon, label, children }: { icon: LucideIcon; label: string; children: ReactNode }) {
  return (
    <div className="flex items-start gap-3">
      <Icon className="mt-1 size-4 shrink-0 text-ink-3" aria-label={label} />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
