"use client";

import { useParams, useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { ContactDetailView } from "@/components/contacts/contact-detail";
import { BackLink } from "@/components/layout/back-link";
import { Card } from "@/components/ui/card";

export default function ContactPage() {
  const t = useTranslations("contacts");
  const { id } = useParams<{ id: string }>();
  const router = useRouter();
  return (
    <div className="mx-auto max-w-2xl">
      <BackLink href="/contacts">{t("backToList")}</BackLink>
      <Card className="p-5 sm:p-7">
        <ContactDetailView id={id} onDeleted={() => router.replace("/contacts")} />
      </Card>
    </div>
  );
}
