"use client";

import { Check, ChevronDown, FileUp, Layers, MapPin, RadioTower, Search, Tag, X, type LucideIcon } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { DistrictTree } from "@/components/segments/district-picker";
import { Popover } from "@/components/ui/popover";
import { Unready, type Reading } from "@/components/ui/unready";
import { useSegments } from "@/lib/campaigns";
import { isFiltered, NO_QUERY, useTags, type ContactQuery } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { useImportList } from "@/lib/imports";
import type { ImportOutcome, Reach } from "@/lib/types";
import { cn } from "@/lib/utils";

export const REACHES: Reach[] = ["sms", "kakao_alimtalk", "email"];
export const OUTCOMES: ImportOutcome[] = ["created", "updated", "merged", "unchanged", "duplicate", "repaired", "shared"];

interface FilterBarProps {
  filters: ContactQuery;
  onChange: (filters: ContactQuery) => void;
}

/** One button per filter; a filter in use says its value and can be taken off at once. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const t = useTranslations("contacts");
  const set = (part: Partial<ContactQuery>) => onChange({ ...filters, ...part });
  return (
    <div role="group" aria-label={t("filters")} className="no-scrollbar -mx-4 mb-3 flex items-center gap-1.5 overflow-x-auto px-4 pb-0.5 sm:mx-0 sm:flex-wrap sm:overflow-visible sm:px-0">
      <TagPill filters={filters} set={set} />
      <DistrictPill filters={filters} set={set} />
      <SegmentPill filters={filters} set={set} />
      <ImportPill filters={filters} set={set} />
      <ReachPill filters={filters} set={set} />
      {isFiltered({ ...filters, q: "" }) ? (
        <button type="button" onClick={() => onChange({ ...NO_QUERY, q: filters.q })} className="h-8 shrink-0 rounded-full px-3 text-[0.87rem] text-ink-3 hover:text-ink" data-testid="filter-reset">
          {t("resetFilters")}
        </button>
      ) : null}
    </div>
  );
}

interface PillProps {
  filters: ContactQuery;
  set: (part: Partial<ContactQuery>) => void;
}
interface FrameProps {
  icon: LucideIcon;
  label: string;
  value: string | null;
  onClear: () => void;
  testId: string;
  children: (close: () => void) => ReactNode;
}

function Pill({ icon: Icon, label, value, onClear, testId, children }: FrameProps) {
  const t = useTranslations("contacts");
  const [open, setOpen] = useState(false);
  const pill = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (value) pill.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [value]);
  const look = value ? "bg-seal text-seal-ink ring-seal" : "bg-surface text-ink-2 ring-line-strong hover:bg-hover";
  return (
    <span ref={pill} className={cn("inline-flex h-8 shrink-0 scroll-mx-4 items-center rounded-full text-[0.87rem] ring-1 transition-colors ring-inset", look)}>
      <Popover
        label={label}
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button type="button" data-testid={testId} className={cn("inline-flex h-8 items-center gap-1.5 rounded-full pl-3", value ? "pr-1.5" : "pr-2.5")}>
            <Icon className="size-3.5" aria-hidden />
            <span className={value ? "sr-only" : undefined}>{label}</span>
            {value ? <span className="max-w-48 truncate">{value}</span> : <ChevronDown className="size-3.5 text-ink-3" aria-hidden />}
          </button>
        }
      >
        {children(() => setOpen(false))}
      </Popover>
      {value ? (
        <button type="button" onClick={onClear} aria-label={t("removeFilter", { label })} className="grid size-8 place-items-center rounded-full opacity-80 hover:opacity-100">
          <X className="size-3.5" aria-hidden />
        </button>
      ) : null}
    </span>
  );
}

interface Choice {
  value: string;
  label: string;
  count?: string;
  testId?: string;
}

interface ChoicesProps {
  choices: Choice[];
  chosen: string[];
  onPick: (value: string) => void;
  empty: string;
  /** Where the choices come from: until it answers, nobody knows that there are none. */
  query?: Reading;
}

/** A list to choose from; with a search line once it is long. */
function Choices({ choices, chosen, onPick, empty, query }: ChoicesProps) {
  const t = useTranslations("common");
  const [text, setText] = useState("");
  const shown = choices.filter((choice) => choice.label.toLowerCase().includes(text.trim().toLowerCase())).slice(0, 200);
  if (query && query.data === undefined) return <Unready query={query} rows={3} className="px-4 py-4" />;
  return (
    <>
      {choices.length > 8 ? (
        <label className="flex items-center gap-2 border-b border-line px-3">
          <Search className="size-4 text-ink-3" aria-hidden />
          <input value={text} onChange={(event) => setText(event.target.value)} placeholder={t("search")} aria-label={t("search")} className="h-10 min-w-0 flex-1 bg-transparent text-[0.93rem] outline-none" />
        </label>
      ) : null}
      <ul className="scroll-thin min-h-0 flex-1 overflow-y-auto p-1">
        {shown.map((choice) => (
          <li key={choice.value}>
            <button type="button" aria-pressed={chosen.includes(choice.value)} onClick={() => onPick(choice.value)} data-testid={choice.testId} className="flex w-full items-center gap-2 rounded-md px-2.5 py-2 text-left text-[0.93rem] hover:bg-hover">
              <Check className={cn("size-4 shrink-0 text-seal", !chosen.includes(choice.value) && "invisible")} aria-hidden />
              <span className="min-w-0 flex-1 truncate">{choice.label}</span>
              {choice.count ? <span className="text-xs text-ink-3">{choice.count}</span> : null}
            </button>
          </li>
        ))}
        {shown.length === 0 ? <li className="px-2.5 py-3 text-[0.87rem] text-ink-3">{empty}</li> : null}
      </ul>
    </>
  );
}

function TagPill({ filters, set }: PillProps) {
  const t = useTranslations("contacts");
  const format = useFormat();
  const query = useTags();
  const tags = [...(query.data ?? [])].sort((a, b) => b.count - a.count);
  const toggle = (tag: string) =>
    set({ tags: filters.tags.includes(tag) ? filters.tags.filter((other) => other !== tag) : [...filters.tags, tag] });
  return (
    <Pill icon={Tag} label={t("tags")} value={filters.tags.join(" + ") || null} onClear={() => set({ tags: [] })} testId="filter-tags">
      {() => (
        <Choices
          choices={tags.map(({ tag, count }) => ({ value: tag, label: tag, count: format.number(count), testId: `tag-filter-${tag}` }))}
          chosen={filters.tags}
          onPick={toggle}
          query={query}
          empty={t("noTags")}
        />
      )}
    </Pill>
  );
}

function DistrictPill({ filters, set }: PillProps) {
  const t = useTranslations("contacts");
  return (
    <Pill icon={MapPin} label={t("district")} value={filters.district} onClear={() => set({ district: null })} testId="filter-district">
      {(close) => (
        <DistrictTree
          value={filters.district}
          onPick={(district) => {
            set({ district });
            close();
          }}
        />
      )}
    </Pill>
  );
}

function SegmentPill({ filters, set }: PillProps) {
  const t = useTranslations("contacts");
  const query = useSegments();
  const segments = (query.data ?? []).filter((segment) => !segment.restricted);
  const chosen = segments.find((segment) => segment.id === filters.segmentId);
  return (
    <Pill icon={Layers} label={t("segment")} value={filters.segmentId ? (chosen?.name ?? "…") : null} onClear={() => set({ segmentId: null })} testId="filter-segment">
      {(close) => (
        <Choices
          choices={segments.map((segment) => ({ value: segment.id, label: segment.name }))}
          chosen={filters.segmentId ? [filters.segmentId] : []}
          empty={t("noSegments")}
          query={query}
          onPick={(segmentId) => {
            set({ segmentId });
            close();
          }}
        />
      )}
    </Pill>
  );
}

function ImportPill({ filters, set }: PillProps) {
  const t = useTranslations();
  const query = useImportList();
  const imports = query.data?.pages.flatMap((page) => page.items) ?? [];
  const file = imports.find((item) => item.id === filters.importId)?.file_name ?? t("contacts.ofImport");
  const value = filters.outcome ? `${file} · ${t(`outcome.${filters.outcome}`)}` : file;
  return (
    <Pill icon={FileUp} label={t("contacts.import")} value={filters.importId ? value : null} onClear={() => set({ importId: null, outcome: null })} testId="filter-import">
      {() =>
        filters.importId ? (
          <Choices
            choices={[{ value: "", label: t("outcome.any") }, ...OUTCOMES.map((outcome) => ({ value: outcome, label: t(`outcome.${outcome}`) }))]}
            chosen={[filters.outcome ?? ""]}
            onPick={(outcome) => set({ outcome: (outcome || null) as ImportOutcome | null })}
            empty=""
          />
        ) : (
          <Choices
            choices={imports.map((item) => ({ value: item.id, label: item.file_name }))}
            chosen={[]}
            onPick={(importId) => set({ importId, outcome: null })}
            empty={t("contacts.noImports")}
            query={query}
          />
        )
      }
    </Pill>
  );
}

function ReachPill({ filters, set }: PillProps) {
  const t = useTranslations();
  return (
    <Pill icon={RadioTower} label={t("contacts.reachable")} value={filters.reachable ? t(`reach.${filters.reachable}`) : null} onClear={() => set({ reachable: null })} testId="filter-reachable">
      {(close) => (
        <Choices
          choices={REACHES.map((reach) => ({ value: reach, label: t(`reach.${reach}`) }))}
          chosen={filters.reachable ? [filters.reachable] : []}
          empty=""
          onPick={(reach) => {
            set({ reachable: reach as Reach });
            close();
          }}
        />
      )}
    </Pill>
  );
}
