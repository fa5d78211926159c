"use client";

import { useParams, useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { ContactDetailView } from "@/components/contacts/contact-detail";
import { BackLink } from "@/components/layout/back-link";

export default function ContactPage() {
  const t = useTranslations("contacts");
  const { id } = useParams<{ id: string }>();
  const router = useRouter();
  return (
    <>
      <BackLink href="/contacts">{t("backToList")}</BackLink>
      <ContactDetailView id={id} onDeleted={() => router.replace("/contacts")} />
    </>
  );
}
