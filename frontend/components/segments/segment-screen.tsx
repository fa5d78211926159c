"use client";

import { useRouter } from "next/navigation";
import { useMemo, useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { BackLink } from "@/components/layout/back-link";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { EVERYBODY, fromFilter, newGroup, newLeaf, toFilter, usePreviewSegment, usePutSegment, useSegment, type GroupNode } from "@/lib/segments";
import type { Filter, Segment } from "@/lib/types";
import { cn } from "@/lib/utils";
import { Builder } from "./builder";
import { ReachPicture } from "./reach-picture";
import { RestrictedCard } from "./segments-screen";
import { useSentence } from "./sentence";

const EDIT_PAUSE_MS = 250;

/** The builder of a new segment, or of a stored one. */
export function SegmentScreen({ id }: { id: string | null }) {
  const segment = useSegment(id);
  if (id === null) return <Loaded />;
  if (!segment.data) return <Unready card query={segment} />;
  if (segment.data.restricted) return <RestrictedCard segment={segment.data} />;
  return <Loaded key={segment.data.id} segment={segment.data} />;
}

function Loaded({ segment }: { segment?: Segment }) {
  const t = useTranslations("segments");
  const [root, setRoot] = useState<GroupNode>(() => (segment ? fromFilter(segment.filter ?? EVERYBODY) : newGroup("all", [newLeaf("tag")])));
  const filter = useMemo(() => toFilter(root), [root]);
  const sentence = useSentence();
  return (
    <>
      <PageHeader back={<BackLink href="/segments">{t("title")}</BackLink>} title={segment ? segment.name : t("newTitle")} note={t("builderNote")} />
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_21rem] lg:items-start">
        <div className="grid gap-4">
          <CountBar filter={filter ?? EVERYBODY} />
          <p className="rounded-lg bg-seal-soft px-4 py-3 text-[1rem] font-medium text-seal-soft-ink" aria-live="polite" data-testid="segment-sentence">{sentence(root)}</p>
          <Builder root={root} onChange={setRoot} />
          <SaveForm segment={segment} filter={filter} />
        </div>
        <Preview filter={filter ?? EVERYBODY} />
      </div>
    </>
  );
}

/** On a phone the preview stands below all conditions: its number stays in sight while they change. */
function CountBar({ filter }: { filter: Filter }) {
  const t = useTranslations();
  const format = useFormat();
  const { preview, stale } = useLivePreview(filter);
  if (!preview.data || preview.isError) return null;
  return (
    <p className="sticky top-14 z-10 -mb-2 flex items-baseline justify-between rounded-lg border border-line bg-raised px-4 py-2 shadow-1 lg:hidden" aria-hidden data-testid="segment-count-bar">
      <span className="text-[0.87rem] text-ink-3">{t("segments.matching")}</span>
      <span className={cn("text-lg font-bold text-seal", stale && "opacity-40")}>{t("segments.people", { count: format.total(preview.data.count) })}</span>
    </p>
  );
}

/** The people who meet the filter as it was when it last stood still. */
function useLivePreview(filter: Filter) {
  const settled = useDebounced(filter, EDIT_PAUSE_MS);
  const preview = usePreviewSegment(settled);
  return { preview, stale: preview.isPlaceholderData || settled !== filter };
}

function SaveForm({ segment, filter }: { segment?: Segment; filter: Filter | null }) {
  const t = useTranslations();
  const router = useRouter();
  const put = usePutSegment();
  const [name, setName] = useState(segment?.name ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!filter) return;
    put.mutate({ id: segment?.id, name: name.trim(), filter }, {
      onSuccess: () => {
        toast.success(t("segments.saved"));
        router.push("/segments");
      },
    });
  };
  return (
    <Card>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3 p-4">
        <Field label={t("segments.name")} error={put.error?.message} className="min-w-52 flex-1">
          <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={100} placeholder={t("segments.namePlaceholder")} data-testid="segment-name" />
        </Field>
        <Button type="submit" className={put.error ? "mb-6" : undefined} disabled={!name.trim() || !filter} loading={put.isPending} data-testid="segment-save">{t("common.save")}</Button>
      </form>
    </Card>
  );
}

function Preview({ filter }: { filter: Filter }) {
  const t = useTranslations();
  const format = useFormat();
  const { preview, stale } = useLivePreview(filter);
  const { data } = preview;
  return (
    <Card className="overflow-hidden lg:sticky lg:top-6">
      <div className="px-5 pt-5 pb-4" aria-live="polite">
        <h2 className="text-[0.87rem] font-medium text-ink-3">{t("segments.matching")}</h2>
        {data ? (
          <p className={cn("text-[2.6rem] leading-tight font-bold tracking-tight text-seal transition-opacity", stale && "opacity-40")} data-testid="segment-count">
            {format.total(data.count)}
            <span className="ml-1 text-lg font-semibold text-ink-2">{t("wizard.audienceUnit")}</span>
          </p>
        ) : (
          <Unready query={preview} skeleton={<Skeleton className="mt-2 h-11 w-32" />} className="px-0 py-4" />
        )}
      </div>
      {data ? (
        <div className={cn("transition-opacity", stale && "opacity-40")}>
          {data.reachable && data.count.value > 0 ? <div className="border-t border-line px-5 py-4"><ReachPicture preview={data} /></div> : null}
          <div className="border-t border-line px-5 py-4">
            <h3 className="mb-2 text-[0.84rem] font-medium text-ink-3">{t(data.count.value > 0 ? "wizard.sample" : "wizard.noAudience")}</h3>
            <ul className="grid gap-1.5 text-[0.93rem]" data-testid="segment-sample">
              {data.sample.slice(0, 6).map((contact) => (
                <li key={contact.id} className="flex justify-between gap-3">
                  <span className="truncate font-medium">{contact.name ?? t("contacts.noName")}</span>
                  <span className="min-w-0 truncate text-ink-3">{contact.phones[0] ?? contact.emails[0]}</span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      ) : null}
    </Card>
  );
}
