"use client";

import { ShieldAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Tip } from "@/components/ui/controls";
import { useCustomFields } from "@/lib/imports";
import type { ContactDetail } from "@/lib/types";

/** A camp's own fields; those under article 23 of the privacy law are marked. */
export function ContactFacts({ contact }: { contact: ContactDetail }) {
  const t = useTranslations("contacts");
  const known = useCustomFields().data ?? [];
  const sensitive = new Set(known.filter((field) => field.sensitive).map((field) => field.label));
  const fields: [string, string][] = Object.entries(contact.custom ?? {});
  if (contact.birth) fields.unshift([t("birth"), contact.birth]);
  if (contact.source) fields.push([t("source"), contact.source]);
  if (fields.length === 0) return null;
  return (
    <dl className="grid grid-cols-[minmax(5rem,auto)_1fr] gap-x-4 gap-y-1.5 rounded-lg bg-sunken px-4 py-3 text-[0.9rem]" data-testid="contact-fields">
      {fields.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-3">{label}</dt>
          <dd className="flex min-w-0 flex-wrap items-center gap-x-2 break-words">
            {value}
            {sensitive.has(label) ? <SensitiveMark /> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function SensitiveMark() {
  const t = useTranslations("contacts");
  return (
    <Tip text={t("sensitiveNote")}>
      <Badge tone="warn" tabIndex={0}>
        <ShieldAlert aria-hidden />
        {t("sensitive")}
      </Badge>
    </Tip>
  );
}
