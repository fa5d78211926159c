"use client";

import { useTranslations } from "use-intl";
import { Segmented } from "@/components/ui/controls";
import { Skeleton } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useTags } from "@/lib/contacts";
import type { AudienceDraft } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { cn } from "@/lib/utils";

interface TagPickerProps {
  title: string;
  testId: string;
  chosen: string[];
  /** Tags chosen on the other side: a tag cannot be wanted and unwanted. */
  other: string[];
  onChange: (tags: string[]) => void;
  negative?: boolean;
  match?: AudienceDraft["match"];
  onMatch?: (match: AudienceDraft["match"]) => void;
}

export function TagPicker({ title, testId, chosen, other, onChange, negative, match, onMatch }: TagPickerProps) {
  const t = useTranslations("wizard");
  const format = useFormat();
  const tags = useTags();
  const toggle = (tag: string) => onChange(chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag]);
  return (
    <div>
      <div className="mb-2.5 flex min-h-9 flex-wrap items-center justify-between gap-2">
        <h3 className="text-[0.9rem] font-medium text-ink-2">{title}</h3>
        {match && onMatch && chosen.length > 1 ? (
          <Segmented
            label={t("match")}
            value={match}
            onValueChange={onMatch}
            options={[{ value: "any", label: t("any"), testId: "match-any" }, { value: "every", label: t("every"), testId: "match-every" }]}
          />
        ) : null}
      </div>
      <Unready query={tags} skeleton={<Skeleton className="h-8 w-2/3" />} className="py-4" />
      <div className="flex flex-wrap gap-1.5">
        {tags.data?.map(({ tag, count }) => {
          const on = chosen.includes(tag);
          return (
            <button
              key={tag}
              type="button"
              aria-pressed={on}
              disabled={other.includes(tag)}
              onClick={() => toggle(tag)}
              data-testid={`${testId}-${tag}`}
              className={cn(
                "inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-[0.87rem] ring-1 transition-colors ring-inset disabled:opacity-35",
                !on && "bg-surface text-ink-2 ring-line-strong enabled:hover:bg-hover",
                on && !negative && "bg-seal text-seal-ink ring-seal",
                on && negative && "bg-persimmon-soft text-persimmon-ink line-through ring-persimmon/50",
              )}
            >
              {tag}
              <span className={cn("text-xs", on ? "opacity-75" : "text-ink-3")}>{format.number(count)}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
