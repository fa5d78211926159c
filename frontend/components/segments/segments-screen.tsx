"use client";

import { Lock, Pencil, Plus, RotateCw, Trash2, UsersRound } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtSearch } from "@/components/art";
import { CollectionScreen } from "@/components/settings/collection";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Deciders } from "@/components/ui/deciders";
import { Skeleton } from "@/components/ui/feedback";
import { useSegments } from "@/lib/campaigns";
import { useFormat } from "@/lib/format";
import { EVERYBODY, fromFilter, useDeleteSegment, usePreviewSegment } from "@/lib/segments";
import type { Segment } from "@/lib/types";
import { useSentence } from "./sentence";

/** All saved filters, each with its sentence and how many people match now. */
export function SegmentsScreen() {
  const t = useTranslations("segments");
  const segments = useSegments();
  const [deleting, setDeleting] = useState<Segment | null>(null);
  const create = (
    <Button asChild>
      <Link href="/segments/new" data-testid="segment-create">
        <Plus aria-hidden />
        {t("create")}
      </Link>
    </Button>
  );
  return (
    <>
      <CollectionScreen title={t("title")} note={t("note")} action={create} query={segments} empty={{ art: <ArtSearch />, title: t("emptyTitle"), note: t("emptyNote") }}>
        {(items) => (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
            {items.map((segment) =>
              segment.restricted ? <RestrictedCard key={segment.id} segment={segment} /> : <SegmentCard key={segment.id} segment={segment} onDelete={() => setDeleting(segment)} />,
            )}
          </div>
        )}
      </CollectionScreen>
      <DeleteConfirm segment={deleting} onClose={() => setDeleting(null)} />
    </>
  );
}

/** A segment that asks about fields one may not know of: only that it is there, and whom to ask. */
export function RestrictedCard({ segment }: { segment: Segment }) {
  const t = useTranslations("segments");
  return (
    <Card className="grid gap-2 p-5" data-testid="segment-restricted">
      <p className="flex items-center gap-2 text-[1.05rem] font-semibold break-words">
        <Lock className="size-4 shrink-0 text-ink-3" aria-hidden />
        {segment.name}
      </p>
      <p className="text-[0.9rem] text-ink-3">{t("restricted")}</p>
      <Deciders />
    </Card>
  );
}

function SegmentCard({ segment, onDelete }: { segment: Segment; onDelete: () => void }) {
  const t = useTranslations();
  const format = useFormat();
  const sentence = useSentence();
  const filter = segment.filter ?? EVERYBODY;
  const preview = usePreviewSegment(filter);
  return (
    <Card className="flex flex-wrap items-center gap-x-5 gap-y-3 p-5" data-testid="segment-card">
      <div className="min-w-0 flex-1 basis-64">
        <Link href={`/segments/${segment.id}`} className="text-[1.05rem] font-semibold break-words hover:underline">{segment.name}</Link>
        <p className="mt-0.5 text-[0.9rem] text-ink-3">{sentence(fromFilter(filter))}</p>
      </div>
      <div className="text-xl font-bold text-seal">
        {preview.data ? t("segments.people", { count: format.total(preview.data.count) }) : preview.isError ? <CountAgain query={preview} /> : <Skeleton className="h-6 w-16" />}
      </div>
      <span className="flex shrink-0">
        <Button asChild variant="ghost" size="icon-sm">
          <Link href={`/contacts?segment_id=${segment.id}`} aria-label={t("segments.showPeople", { name: segment.name })}><UsersRound aria-hidden /></Link>
        </Button>
        <Button asChild variant="ghost" size="icon-sm">
          <Link href={`/segments/${segment.id}`} aria-label={`${segment.name}: ${t("common.edit")}`}><Pencil aria-hidden /></Link>
        </Button>
        <Button variant="danger-ghost" size="icon-sm" aria-label={`${segment.name}: ${t("common.delete")}`} onClick={onDelete} data-testid="segment-delete">
          <Trash2 aria-hidden />
        </Button>
      </span>
    </Card>
  );
}

function CountAgain({ query }: { query: ReturnType<typeof usePreviewSegment> }) {
  const t = useTranslations();
  return (
    <Button variant="ghost" size="sm" title={query.error?.message} loading={query.isFetching} onClick={() => query.refetch()}>
      <RotateCw aria-hidden />
      {t("segments.countAgain")}
    </Button>
  );
}

function DeleteConfirm({ segment, onClose }: { segment: Segment | null; onClose: () => void }) {
  const t = useTranslations();
  const remove = useDeleteSegment();
  return (
    <Confirm
      open={segment !== null}
      onOpenChange={(open) => !open && onClose()}
      danger
      title={t("segments.deleteTitle", { name: segment?.name ?? "" })}
      description={t("segments.deleteNote")}
      confirmLabel={t("common.delete")}
      pending={remove.isPending}
      onConfirm={() => segment && remove.mutate(segment.id, { onSettled: onClose })}
      testId="segment-delete-confirm"
    />
  );
}
