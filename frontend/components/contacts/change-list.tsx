"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "use-intl";
import type { TimelineEvent } from "@/lib/types";
import { cn } from "@/lib/utils";

export interface Change {
  field: string;
  before: string;
  after: string;
}

const asText = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(asText).filter(Boolean).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value).map(([key, one]) => `${key}: ${asText(one)}`).join(", ");
};

/** The changed fields that an event tells of; empty where it tells of none. */
export function changesOf({ detail }: TimelineEvent): Change[] {
  const changes = detail?.changes;
  if (!Array.isArray(changes)) return [];
  return changes
    .filter((change): change is Record<string, unknown> => typeof change === "object" && change !== null && "field" in change)
    .map((change) => ({ field: String(change.field), before: asText(change.before), after: asText(change.after) }));
}

/** Field by field: what stood there, and what stands there now. */
export function ChangeList({ changes }: { changes: Change[] }) {
  const t = useTranslations("timeline");
  if (changes.length === 0) return null;
  const label = (field: string) => {
    const key = `field.${field}` as "field.name";
    return t.has(key) ? t(key) : field.replace(/^custom[:.]/, "");
  };
  return (
    <dl className="mt-1.5 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-[0.87rem]" data-testid="timeline-changes">
      {changes.map((change, index) => (
        <div key={`${change.field}-${index}`} className="contents">
          <dt className="text-ink-3">{label(change.field)}</dt>
          <dd className="flex min-w-0 flex-wrap items-center gap-x-1.5 break-words">
            <del className={cn("text-ink-3", !change.before && "no-underline")}>{change.before || t("blank")}</del>
            <ArrowRight className="size-3.5 shrink-0 text-ink-3" aria-label="→" />
            <ins className="font-medium no-underline">{change.after || t("blank")}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
