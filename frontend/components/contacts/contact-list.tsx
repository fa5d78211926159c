"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { RotateCw } from "lucide-react";
import { useEffect, useRef, type MouseEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/controls";
import { useMediaQuery } from "@/lib/hooks";
import type { Contact } from "@/lib/types";
import { cn } from "@/lib/utils";
import { ContactRow, ROW_GRID, SkeletonRow } from "./contact-row";

const AHEAD = 60;
const PLACEHOLDERS = 12;
/** Under the last row, so that the bulk bar does not lie on it. */
const BAR_ROOM = 96;

interface ContactListProps {
  contacts: Contact[];
  query: string;
  total?: number;
  hasMore: boolean;
  loadingMore: boolean;
  /** The next page could not be read: it is asked for again only by hand. */
  stuck: boolean;
  onMore: () => void;
  selected: ReadonlySet<string>;
  /** Also those who are not loaded are chosen. */
  everybody: boolean;
  onSelect: (ids: string[], selected: boolean) => void;
  onOpen: (contact: Contact, event: MouseEvent) => void;
  dimmed: boolean;
}

/** Draws only the rows in sight and asks for the next page well before the end is reached. */
export function ContactList(props: ContactListProps) {
  const { contacts, hasMore, loadingMore, stuck, onMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const wide = useMediaQuery("(min-width: 768px)");
  const rowHeight = wide ? 52 : 66;
  const virtualizer = useVirtualizer({
    count: contacts.length + (hasMore && !stuck ? PLACEHOLDERS : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const lastSeen = rows.at(-1)?.index ?? 0;

  useEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  useEffect(() => {
    if (hasMore && !loadingMore && !stuck && lastSeen >= contacts.length - AHEAD) onMore();
  }, [lastSeen, contacts.length, hasMore, loadingMore, stuck, onMore]);

  return (
    <div role="table" aria-rowcount={props.total ?? -1} className="flex min-h-0 flex-1 flex-col">
      <Header {...props} />
      <div ref={scroller} tabIndex={-1} className="scroll-thin min-h-0 flex-1 overflow-y-auto" data-testid="contact-scroller">
        <div
          role="rowgroup"
          className={cn("relative transition-opacity", props.dimmed && "opacity-60")}
          style={{ height: virtualizer.getTotalSize() + (props.selected.size > 0 ? BAR_ROOM : 0) }}
        >
          {rows.map(({ index, start, size }) => {
            const style = { height: size, transform: `translateY(${start}px)` };
            const contact = contacts[index];
            if (!contact) return <SkeletonRow key={`placeholder-${index}`} style={style} />;
            return (
              <ContactRow
                key={contact.id}
                contact={contact}
                query={props.query}
                style={style}
                index={index}
                selected={props.everybody || props.selected.has(contact.id)}
                onSelect={(value) => props.onSelect([contact.id], value)}
                onOpen={(event) => props.onOpen(contact, event)}
              />
            );
          })}
        </div>
      </div>
      {stuck ? <MoreFailed onRetry={onMore} /> : null}
    </div>
  );
}

function MoreFailed({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("errors");
  return (
    <p role="alert" className="flex items-center justify-center gap-3 border-t border-line bg-warn-soft px-4 py-2 text-[0.9rem] text-warn-ink" data-testid="more-failed">
      {t("more")}
      <Button variant="secondary" size="sm" onClick={onRetry}>
        <RotateCw aria-hidden />
        {t("retry")}
      </Button>
    </p>
  );
}

function Header({ contacts, selected, everybody, onSelect }: ContactListProps) {
  const t = useTranslations("contacts");
  const all = everybody || contacts.length > 0 && contacts.every((contact) => selected.has(contact.id));
  const state = all ? true : selected.size > 0 ? "indeterminate" : false;
  const heads = [t("name"), t("phone"), t("email"), t("tags"), t("lastContacted")];
  return (
    <div role="rowgroup" className="border-b border-line bg-sunken/60 px-3 text-[0.82rem] text-ink-3 max-md:hidden">
      <div role="row" className={cn(ROW_GRID, "h-10")}>
        <span role="columnheader" className="grid place-items-center">
          <Checkbox
            checked={state}
            aria-label={t("selectAll")}
            data-testid="select-page"
            onCheckedChange={(value) => onSelect(contacts.map((contact) => contact.id), value === true)}
          />
        </span>
        {heads.map((head, index) => (
          <span key={head} role="columnheader" className={cn("font-medium", index === 0 && "pl-1")}>{head}</span>
        ))}
      </div>
    </div>
  );
}
