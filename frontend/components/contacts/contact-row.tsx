"use client";

import { BellOff, UsersRound } from "lucide-react";
import Link from "next/link";
import type { CSSProperties, KeyboardEvent, MouseEvent } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/controls";
import { Skeleton } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import type { Contact, SharedPhone } from "@/lib/types";
import { cn } from "@/lib/utils";
import { Highlighted } from "./highlighted";
import { TagChip } from "./tag-chip";

export const ROW_GRID =
  "grid grid-cols-[2.5rem_minmax(0,1fr)] items-center md:grid-cols-[2.75rem_minmax(8rem,1.1fr)_minmax(9rem,1.1fr)_minmax(8rem,1.4fr)_minmax(8rem,1.5fr)_7rem]";

interface ContactRowProps {
  contact: Contact;
  query: string;
  style: CSSProperties;
  index: number;
  selected: boolean;
  onSelect: (selected: boolean) => void;
  onOpen: (event: MouseEvent) => void;
}

/** Up and down arrows walk along the list, from its top back into the search; the space bar selects. */
function walk(event: KeyboardEvent<HTMLElement>, index: number, toggle: () => void): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step && event.key !== " ") return;
  event.preventDefault();
  if (!step) return toggle();
  const next = index + step < 0 ? "[data-testid=contact-search]" : `[data-row="${index + step}"]`;
  document.querySelector<HTMLElement>(next)?.focus();
}

export function ContactRow({ contact, query, style, index, selected, onSelect, onOpen }: ContactRowProps) {
  const t = useTranslations("contacts");
  const format = useFormat();
  const name = contact.name ?? t("noName");
  const phone = contact.phones[0];
  const shared = phone ? undefined : contact.shared_phones?.[0];
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      style={style}
      className={cn(ROW_GRID, "absolute inset-x-0 border-b border-line/70 px-3 transition-colors hover:bg-hover/60 has-[a:focus-visible]:bg-hover/60 has-[a:focus-visible]:ring-2 has-[a:focus-visible]:ring-ring/60 has-[a:focus-visible]:ring-inset", selected && "bg-seal-soft/50")}
    >
      <span role="cell" className="grid h-full place-items-center">
        <Checkbox checked={selected} onCheckedChange={(value) => onSelect(value === true)} aria-label={t("selectRow", { name })} data-testid={`select-${name}`} />
      </span>
      <span role="cell" className="min-w-0 pl-1">
        <Link
          href={`/contacts/${contact.id}`}
          prefetch={false}
          data-row={index}
          data-testid="contact-row"
          onKeyDown={(event) => walk(event, index, () => onSelect(!selected))}
          onClick={onOpen}
          className="flex min-w-0 items-center gap-2 rounded-sm font-medium outline-none after:absolute after:inset-0 after:left-12"
        >
          <span className={cn("truncate", !contact.name && "text-ink-3")}>
            <Highlighted text={name} query={query} />
          </span>
          {contact.opted_out ? (
            <Badge tone="bad" className="shrink-0">
              <BellOff aria-hidden />
              {t("optedOut")}
            </Badge>
          ) : null}
        </Link>
        <span className="mt-0.5 flex min-w-0 items-center gap-2 text-[0.87rem] text-ink-3 md:hidden">
          {phone ? <Highlighted text={phone} query={query} /> : shared ? <SharedNumber phone={shared} query={query} /> : "–"}
          <span className="flex min-w-0 gap-1 overflow-hidden">{contact.tags.slice(0, 2).map((tag) => <TagChip key={tag} tag={tag} />)}</span>
        </span>
      </span>
      <Cell>{phone ? <Highlighted text={phone} query={query} /> : shared ? <SharedNumber phone={shared} query={query} /> : null}</Cell>
      <Cell muted>{contact.emails[0] ? <Highlighted text={contact.emails[0]} query={query} /> : null}</Cell>
      <span role="cell" className="flex min-w-0 gap-1 overflow-hidden pr-3 max-md:hidden">
        {contact.tags.slice(0, 3).map((tag) => <TagChip key={tag} tag={tag} />)}
        {contact.tags.length > 3 ? <span className="text-xs text-ink-3">+{contact.tags.length - 3}</span> : null}
      </span>
      <Cell muted>{contact.last_contacted_at ? format.date(contact.last_contacted_at) : null}</Cell>
    </div>
  );
}

/** A family's number, which is not this contact's own: whose it is stands in the title and on the contact's page. */
function SharedNumber({ phone, query }: { phone: SharedPhone; query: string }) {
  const t = useTranslations("contacts");
  const whose = t("sharedWith", { name: phone.holder_name ?? t("noName") });
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5 text-ink-3" title={whose} data-testid="shared-phone">
      <UsersRound className="size-3.5 shrink-0" aria-label={whose} />
      <Highlighted text={phone.number} query={query} />
    </span>
  );
}

function Cell({ children, muted }: { children: React.ReactNode; muted?: boolean }) {
  return (
    <span role="cell" className={cn("truncate pr-3 text-[0.93rem] max-md:hidden", muted && "text-[0.87rem] text-ink-3")}>
      {children ?? <span className="text-ink-3">–</span>}
    </span>
  );
}

export function SkeletonRow({ style }: { style: CSSProperties }) {
  return (
    <div aria-hidden style={style} className={cn(ROW_GRID, "absolute inset-x-0 border-b border-line/70 px-3")}>
      <Skeleton className="mx-auto size-4" />
      <Skeleton className="h-4 w-24" />
      <Skeleton className="h-4 w-32 max-md:hidden" />
      <Skeleton className="h-4 w-40 max-md:hidden" />
      <Skeleton className="h-4 w-28 max-md:hidden" />
      <Skeleton className="h-4 w-16 max-md:hidden" />
    </div>
  );
}
