"use client";

import { Expand } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Unready } from "@/components/ui/unready";
import { useContact, useSaveContact } from "@/lib/contacts";
import type { ContactDetail } from "@/lib/types";
import { cn } from "@/lib/utils";
import { ConsentSection } from "./consent-section";
import { ContactActions } from "./contact-actions";
import { ContactFacts } from "./contact-facts";
import { ContactPoints } from "./contact-points";
import { MergeSection } from "./merge-section";
import { NoteBox } from "./note-box";
import { ProvenanceButton } from "./provenance-sheet";
import { ReachChips } from "./reach-chips";
import { TagEditor } from "./tag-editor";
import { Timeline } from "./timeline";

interface ContactDetailViewProps {
  id: string;
  onDeleted: () => void;
  /** One column, with a way to the full page. */
  inSheet?: boolean;
}

export function ContactDetailView({ id, onDeleted, inSheet }: ContactDetailViewProps) {
  const contact = useContact(id);
  if (!contact.data) return <Unready query={contact} />;
  return <Loaded contact={contact.data} onDeleted={onDeleted} inSheet={inSheet} />;
}

interface LoadedProps {
  contact: ContactDetail;
  onDeleted: () => void;
  inSheet?: boolean;
}

function Loaded({ contact, onDeleted, inSheet }: LoadedProps) {
  const t = useTranslations("contacts");
  if (inSheet) {
    return (
      <article className="grid gap-6">
        <Head contact={contact} onDeleted={onDeleted} inSheet />
        <Facts contact={contact} />
        <History contact={contact} />
      </article>
    );
  }
  return (
    <article className="grid gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] lg:items-start lg:gap-5">
      <div className="grid gap-4 lg:gap-5">
        <Card className="grid gap-6 p-5 sm:p-6">
          <Head contact={contact} onDeleted={onDeleted} />
          <Facts contact={contact} />
        </Card>
        <ConsentSection contact={contact} onGone={onDeleted} />
        <MergeSection contactId={contact.id} />
      </div>
      <Card className="p-5 sm:p-6" aria-label={t("timeline")}>
        <History contact={contact} titled />
      </Card>
    </article>
  );
}

function Head({ contact, onDeleted, inSheet }: LoadedProps) {
  const t = useTranslations("contacts");
  const name = contact.name ?? t("noName");
  // On a page of its own it is the page's title; in the side sheet the sheet has one.
  const Title = inSheet ? "h2" : "h1";
  return (
    <header className="grid gap-4">
      <div className="flex items-center gap-4">
        <span aria-hidden className="grid size-14 shrink-0 place-items-center rounded-full bg-seal-soft text-xl font-bold text-seal-soft-ink">
          {name.charAt(0)}
        </span>
        <div className="min-w-0 flex-1">
          <Title className="truncate text-xl font-bold" data-testid="contact-name">{name}</Title>
          {contact.aliases?.length ? <p className="truncate text-[0.87rem] text-ink-3">{t("alsoKnown", { names: contact.aliases.join(", ") })}</p> : null}
        </div>
        <div className="flex">
          {inSheet ? (
            <Button asChild variant="ghost" size="icon" aria-label={t("openPage")}>
              <Link href={`/contacts/${contact.id}`} data-testid="contact-open-page"><Expand aria-hidden /></Link>
            </Button>
          ) : null}
          <ContactActions contact={contact} onGone={onDeleted} />
        </div>
      </div>
      <ReachChips contact={contact} />
      <ProvenanceButton contact={contact} />
    </header>
  );
}

function Facts({ contact }: { contact: ContactDetail }) {
  const t = useTranslations("contacts");
  const save = useSaveContact(contact.id);
  return (
    <>
      <ContactPoints contact={contact} />
      <ContactFacts contact={contact} />
      <section className="grid gap-1.5">
        <h3 className="text-[0.87rem] font-medium text-ink-3">{t("tags")}</h3>
        <TagEditor
          tags={contact.tags}
          testId="contact-tags"
          onChange={(tags) => save.mutate({ tags }, { onError: (error) => toast.error(error.message) })}
        />
      </section>
    </>
  );
}

function History({ contact, titled }: { contact: ContactDetail; titled?: boolean }) {
  const t = useTranslations("contacts");
  return (
    <section className="grid gap-4">
      <h3 className={cn("font-semibold", titled ? "text-base" : "text-[0.87rem] font-medium text-ink-3")}>{t("timeline")}</h3>
      <NoteBox contactId={contact.id} />
      <Timeline id={contact.id} />
    </section>
  );
}
