"use client";

import { useTranslations } from "use-intl";
import { useTags, type ContactQuery } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { FilterChip } from "./tag-chip";

const SHOWN = 24;

/** The most used tags as switches; a filter by import, when there is one, comes first. */
export function TagFilter({ filters, onChange }: { filters: ContactQuery; onChange: (filters: ContactQuery) => void }) {
  const t = useTranslations("contacts");
  const format = useFormat();
  const tags = [...(useTags().data ?? [])].sort((a, b) => b.count - a.count).slice(0, SHOWN);
  const toggle = (tag: string) =>
    onChange({
      ...filters,
      tags: filters.tags.includes(tag) ? filters.tags.filter((other) => other !== tag) : [...filters.tags, tag],
    });
  if (tags.length === 0 && !filters.importId) return null;
  return (
    <div role="group" aria-label={t("filterTag")} className="no-scrollbar -mx-4 mb-3 flex gap-1.5 overflow-x-auto px-4 pb-0.5 sm:mx-0 sm:px-0">
      {filters.importId ? (
        <FilterChip label={t("ofImport")} active removable onClick={() => onChange({ ...filters, importId: null })} />
      ) : null}
      {tags.map(({ tag, count }) => (
        <FilterChip
          key={tag}
          label={tag}
          count={format.number(count)}
          active={filters.tags.includes(tag)}
          onClick={() => toggle(tag)}
          testId={`tag-filter-${tag}`}
        />
      ))}
    </div>
  );
}
