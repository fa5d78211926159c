"use client";

import { CheckCheck, ScanSearch } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { ArtPeople } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty, ProgressBar, Skeleton } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useFreshQueue, usePairCounts, useScan, useScanStatus, type PairKind } from "@/lib/duplicates";
import { useFormat } from "@/lib/format";
import { useReview, type Review } from "@/lib/review-queue";
import { percentOf } from "@/lib/utils";
import { KindTabs } from "./kind-tabs";
import { PairReview } from "./pair-review";

/** People who may be the same, one pair after the other. */
export function DuplicateReview() {
  const t = useTranslations("duplicates");
  const [kind, setKind] = useState<PairKind | null>(null);
  const counts = usePairCounts();
  const review: Review = useReview(kind, {
    onDecided: (decision, undoable) =>
      toast.success(t(undoable ? (decision === "merge" ? "mergedToast" : "apartToast") : decision === "merge" ? "nameKeptToast" : "nameDroppedToast"), {
        id: "duplicate-decision",
        duration: 8000,
        action: undoable ? { label: t("undo"), onClick: () => void review.undo() } : undefined,
      }),
    onTakenBack: () => toast.success(t("takenBack"), { id: "duplicate-decision" }),
    onRefused: (error) => toast.error(error.message, { id: "duplicate-decision" }),
  });
  useFreshQueue(useScanStatus().data, review.pages.isSuccess && !review.pair);
  const showKind = (next: PairKind | null) => {
    setKind(next);
    review.restart();
  };
  return (
    <div className="mx-auto max-w-5xl">
      <PageHeader title={t("title")} note={t("note")} actions={<ScanButton />} />
      <ScanProgress />
      <KindTabs kind={kind} counts={counts.data} onKind={showKind} />
      <Queue review={review} kind={kind} />
    </div>
  );
}

function Queue({ review, kind }: { review: Review; kind: PairKind | null }) {
  const t = useTranslations("duplicates");
  const { pages, pair, choice } = review;
  if (!pages.data) return <Unready card query={pages} skeleton={<Card className="grid gap-4 p-6"><Skeleton className="h-12 w-2/3" /><Skeleton className="h-64" /></Card>} />;
  if (!pair || !choice) {
    if (pages.isFetchingNextPage) return <Card className="p-6"><Skeleton className="h-64" /></Card>;
    const finished = review.decided.size > 0;
    return (
      <Card data-testid="duplicates-empty">
        <Empty
          art={finished ? <CheckCheck className="size-16 text-seal" aria-hidden /> : <ArtPeople />}
          title={t(finished ? "finishedTitle" : kind ? "noneOfKind" : "emptyTitle")}
          note={t(finished ? "finishedNote" : "emptyNote")}
          action={<ScanButton />}
        />
      </Card>
    );
  }
  return (
    <>
      <QueueProgress done={review.decided.size} left={review.left} />
      <PairReview key={pair.id} pair={pair} choice={choice} review={review} />
    </>
  );
}

function QueueProgress({ done, left }: { done: number; left: number }) {
  const t = useTranslations("duplicates");
  const format = useFormat();
  return (
    <div className="mb-4 flex items-center gap-4">
      <ProgressBar percent={percentOf(done, done + left)} label={t("progress")} className="h-2 flex-1" />
      <p className="text-[0.87rem] whitespace-nowrap text-ink-3" data-testid="duplicates-progress">
        {t("doneAndLeft", { done: format.number(done), left: format.number(left) })}
      </p>
    </div>
  );
}

function ScanButton() {
  const t = useTranslations("duplicates");
  const scan = useScan();
  const running = useScanStatus().data?.running ?? false;
  return (
    <Button variant="secondary" loading={scan.isPending} disabled={running} onClick={() => scan.mutate()} data-testid="duplicates-scan">
      <ScanSearch aria-hidden />
      {t("scan")}
    </Button>
  );
}

function ScanProgress() {
  const t = useTranslations("duplicates");
  const format = useFormat();
  const status = useScanStatus().data;
  if (!status?.running) return null;
  return (
    <Card className="mb-4 p-4" data-testid="duplicates-scanning">
      <p className="flex flex-wrap justify-between gap-x-4 text-[0.93rem] font-medium">
        {t("scanning")}
        <span className="font-normal text-ink-3">{t("scanned", { done: format.number(status.done), total: format.number(status.total) })}</span>
      </p>
      <ProgressBar percent={percentOf(status.done, status.total)} label={t("scanning")} className="mt-2.5" />
      <p className="mt-2 text-[0.84rem] text-ink-3">{t("scanNote")}</p>
    </Card>
  );
}
