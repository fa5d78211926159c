"use client";

import { Search } from "lucide-react";
import type { RefObject } from "react";
import { useTranslations } from "use-intl";
import { FilterChip } from "@/components/ui/toggle";
import { Badge } from "@/components/ui/badge";
import { Input } from "@/components/ui/input";
import { useFormat } from "@/lib/format";
import { INBOX_FILTERS, useInboxPulse, type InboxFilter } from "@/lib/inbox";

interface ListHeadProps {
  filter: InboxFilter;
  onFilter: (filter: InboxFilter) => void;
  text: string;
  onText: (text: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}

export function ListHead({ filter, onFilter, text, onText, searchRef }: ListHeadProps) {
  const t = useTranslations("inbox");
  const format = useFormat();
  const unread = useInboxPulse().data?.unread ?? 0;
  return (
    <header className="border-b border-line pt-4 pb-3">
      <div className="flex items-center justify-between gap-3 px-4">
        <h1 className="text-[1.35rem] font-bold">{t("title")}</h1>
        {unread > 0 ? <Badge tone="persimmon" data-testid="inbox-unread">{t("unreadCount", { count: format.number(unread) })}</Badge> : null}
      </div>
      <div className="relative mx-4 mt-3">
        <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" aria-hidden />
        <Input ref={searchRef} type="search" value={text} onChange={(event) => onText(event.target.value)} placeholder={t("search")} aria-label={t("search")} className="h-9 pl-9" data-testid="inbox-search" />
      </div>
      <div role="group" aria-label={t("filter")} className="no-scrollbar mt-2.5 flex gap-1.5 overflow-x-auto px-4">
        {INBOX_FILTERS.map((each) => (
          <FilterChip key={each} label={t(`filters.${each}`)} active={filter === each} onClick={() => onFilter(each)} testId={`inbox-filter-${each}`} />
        ))}
      </div>
    </header>
  );
}
