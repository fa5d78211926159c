"use client";

import { BellOff, Expand, Mail, MapPin, MessageCircle, Pencil, Phone, StickyNote, Trash2, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useState, type ReactNode } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Failure, SkeletonRows } from "@/components/ui/feedback";
import { useContact, useDeleteContacts, useSaveContact } from "@/lib/contacts";
import type { ContactDetail, ContactPoint } from "@/lib/types";
import { ContactFormDialog } from "./contact-form";
import { TagEditor } from "./tag-editor";
import { Timeline } from "./timeline";

interface ContactDetailViewProps {
  id: string;
  onDeleted: () => void;
  /** Offers the full page (from the side sheet). */
  pageLink?: boolean;
}

export function ContactDetailView({ id, onDeleted, pageLink }: ContactDetailViewProps) {
  const contact = useContact(id);
  if (contact.isPending) return <SkeletonRows />;
  if (contact.isError) return <Failure error={contact.error} onRetry={() => contact.refetch()} />;
  return <Loaded contact={contact.data} onDeleted={onDeleted} pageLink={pageLink} />;
}

function Loaded({ contact, onDeleted, pageLink }: { contact: ContactDetail; onDeleted: () => void; pageLink?: boolean }) {
  const t = useTranslations("contacts");
  const save = useSaveContact(contact.id);
  const name = contact.name ?? t("noName");
  // On a page of its own it is the page's title; in the side sheet the sheet has one.
  const Title = pageLink ? "h2" : "h1";
  return (
    <article className="grid gap-6">
      <header className="flex items-center gap-4">
        <span aria-hidden className="grid size-14 shrink-0 place-items-center rounded-full bg-seal-soft text-xl font-bold text-seal-soft-ink">
          {name.charAt(0)}
        </span>
        <div className="min-w-0 flex-1">
          <Title className="truncate text-xl font-bold" data-testid="contact-name">{name}</Title>
          {contact.opted_out ? <Badge tone="bad"><BellOff aria-hidden />{t("optedOut")}</Badge> : null}
        </div>
        <Actions contact={contact} onDeleted={onDeleted} pageLink={pageLink} />
      </header>
      <section aria-label={t("info")} className="grid gap-3">
        {contact.points.map((point) => <PointLine key={point.id} point={point} />)}
        {contact.address ? <InfoLine icon={MapPin} label={t("address")}>{contact.address}</InfoLine> : null}
        {contact.note ? <InfoLine icon={StickyNote} label={t("note")}>{contact.note}</InfoLine> : null}
        <CustomFields contact={contact} />
      </section>
      <section className="grid gap-1.5">
        <h3 className="text-[0.87rem] font-medium text-ink-3">{t("tags")}</h3>
        <TagEditor
          tags={contact.tags}
          testId="contact-tags"
          onChange={(tags) => save.mutate({ tags }, { onError: (error) => toast.error(error.message) })}
        />
      </section>
      <section>
        <h3 className="mb-3 text-[0.87rem] font-medium text-ink-3">{t("timeline")}</h3>
        <Timeline id={contact.id} />
      </section>
    </article>
  );
}

function Actions({ contact, onDeleted, pageLink }: { contact: ContactDetail; onDeleted: () => void; pageLink?: boolean }) {
  const t = useTranslations();
  const remove = useDeleteContacts();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const confirmDelete = () =>
    remove.mutate([contact.id], {
      onSuccess: () => {
        toast.success(t("contacts.deleted"));
        onDeleted();
      },
    });
  return (
    <div className="flex">
      {pageLink ? (
        <Button asChild variant="ghost" size="icon" aria-label={t("contacts.openPage")}>
          <Link href={`/contacts/${contact.id}`}><Expand aria-hidden /></Link>
        </Button>
      ) : null}
      <Button variant="ghost" size="icon" aria-label={t("common.edit")} onClick={() => setEditing(true)} data-testid="contact-edit">
        <Pencil aria-hidden />
      </Button>
      <Button variant="danger-ghost" size="icon" aria-label={t("common.delete")} onClick={() => setAsking(true)} data-testid="contact-delete">
        <Trash2 aria-hidden />
      </Button>
      <ContactFormDialog open={editing} onOpenChange={setEditing} contact={contact} />
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("contacts.deleteTitle")}
        description={t("contacts.deleteNote", { name: contact.name ?? t("contacts.noName") })}
        confirmLabel={t("common.delete")}
        pending={remove.isPending}
        onConfirm={confirmDelete}
        testId="contact-delete-confirm"
      />
    </div>
  );
}

const POINT_ICON: Record<ContactPoint["kind"], LucideIcon> = { phone: Phone, landline: Phone, email: Mail, kakao_id: MessageCircle };
const POINT_LABEL = { phone: "phone", landline: "phone", email: "email", kakao_id: "kakao" } as const;

function PointLine({ point }: { point: ContactPoint }) {
  const t = useTranslations("contacts");
  const phone = point.kind === "phone" || point.kind === "landline";
  return (
    <InfoLine icon={POINT_ICON[point.kind]} label={t(POINT_LABEL[point.kind])}>
      <span className="mr-2">{point.value}</span>
      {point.opted_out ? <Badge tone="bad">{t("optedOut")}</Badge> : null}
      {phone && !point.textable ? <Badge>{t("notTextable")}</Badge> : null}
    </InfoLine>
  );
}

function CustomFields({ contact }: { contact: ContactDetail }) {
  const t = useTranslations("contacts");
  const fields: [string, string][] = Object.entries(contact.custom ?? {});
  if (contact.source) fields.push([t("source"), contact.source]);
  if (fields.length === 0) return null;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 rounded-lg bg-sunken px-4 py-3 text-[0.9rem]">
      {fields.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-3">{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function InfoLine({ icon: Icon, label, children }: { icon: LucideIcon; label: string; children: ReactNode }) {
  return (
    <div className="flex items-start gap-3">
      <Icon className="mt-1 size-4 shrink-0 text-ink-3" aria-label={label} />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
