"use client";

import { ArrowLeft, ArrowRight, Merge, SplitSquareHorizontal, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/feedback";
import { choosableFields, isOtherName, type Pair, type Side } from "@/lib/duplicates";
import { choose, type Choice, type Review } from "@/lib/review-queue";
import { KeyHelp, Key } from "./key-help";
import { PairTable } from "./pair-table";
import { ScoreRing } from "./score-ring";
import { useReviewKeys } from "./use-review-keys";

interface PairReviewProps {
  pair: Pair;
  choice: Choice;
  review: Review;
}

/** Two records side by side, what speaks for their being one person, and the decision. */
export function PairReview({ pair, choice, review }: PairReviewProps) {
  const t = useTranslations("duplicates");
  const [field, setField] = useState<string | null>(null);
  const set = (side: Side, name: string | null) => review.choose(choose(pair, choice, side, name));
  const choosable = choosableFields(pair).map((one) => one.field);
  const moveField = (by: 1 | -1) => {
    const next = choosable[field === null ? (by > 0 ? 0 : choosable.length - 1) : choosable.indexOf(field) + by];
    setField(next ?? null);
  };
  useReviewKeys({
    next: () => review.step(1),
    previous: () => review.step(-1),
    nextField: () => moveField(1),
    previousField: () => moveField(-1),
    choose: (side) => {
      set(side, field);
      if (field) moveField(1);
    },
    merge: () => review.decide("merge"),
    apart: () => review.decide("keep_apart"),
    undo: () => void review.undo(),
  });
  useEffect(() => {
    if (field) document.querySelector(`[data-field="${CSS.escape(field)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [field]);
  return (
    <>
      <Card className="overflow-clip" data-testid="duplicate-pair" data-pair={pair.id}>
        <header className="flex flex-wrap items-center gap-x-6 gap-y-2.5 px-4 py-3 sm:px-5 sm:py-4">
          <ScoreRing score={pair.score} namesDiffer={pair.reasons.some(({ code }) => code === "names_differ")} />
          <div className="min-w-0 sm:flex-1">
            <Badge tone={pair.kind === "similar" ? "neutral" : "persimmon"} className="max-sm:hidden">{t(`kind_${pair.kind}`)}</Badge>
            <ul aria-label={t("reasons")} className="flex flex-wrap gap-1.5 sm:mt-1.5" data-testid="duplicate-reasons">
              {pair.kind === "similar" ? null : <li className="sm:hidden"><Badge tone="persimmon">{t(`kind_${pair.kind}`)}</Badge></li>}
              {pair.reasons.map((reason) => <li key={reason.code}><Badge tone="seal">{reason.message}</Badge></li>)}
            </ul>
          </div>
        </header>
        {pair.kind === "shared_phone" ? <Notice className="mx-4 mb-4 sm:mx-5">{t("sharedPhoneNote")}</Notice> : null}
        {isOtherName(pair) ? <Notice className="mx-4 mb-4 sm:mx-5">{t("otherNameNote")}</Notice> : null}
        {pair.kind === "shared_email" && !isOtherName(pair) ? <Notice className="mx-4 mb-4 sm:mx-5">{t("sharedEmailNote")}</Notice> : null}
        <PairTable pair={pair} choice={choice} active={field} onChoose={set} />
        <Decide review={review} otherName={isOtherName(pair)} />
      </Card>
      <KeyHelp />
    </>
  );
}

function Decide({ review, otherName }: { review: Review; otherName: boolean }) {
  const t = useTranslations("duplicates");
  return (
    <footer className="sticky bottom-[4.1rem] z-20 flex flex-wrap items-center gap-2 border-t border-line bg-surface/95 px-4 py-3 backdrop-blur sm:px-5 lg:bottom-0">
      <div className="flex gap-1 max-sm:hidden">
        <Button variant="ghost" size="icon" aria-label={t("previous")} onClick={() => review.step(-1)} data-testid="duplicate-previous"><ArrowLeft aria-hidden /></Button>
        <Button variant="ghost" size="icon" aria-label={t("next")} onClick={() => review.step(1)} data-testid="duplicate-next"><ArrowRight aria-hidden /></Button>
      </div>
      {review.decided.size > 0 ? (
        <Button variant="ghost" loading={review.takingBack} onClick={() => void review.undo()} className="max-sm:hidden" data-testid="duplicate-undo">
          <Undo2 aria-hidden />
          {t("undoLast")}
          <Key>U</Key>
        </Button>
      ) : null}
      <div className="ml-auto flex gap-2 max-sm:w-full">
        <Button variant="secondary" size="lg" className="max-sm:flex-1 max-sm:px-3" onClick={() => review.decide("keep_apart")} data-testid="duplicate-apart">
          <SplitSquareHorizontal aria-hidden />
          {t(otherName ? "dropName" : "apart")}
          <Key>N</Key>
        </Button>
        <Button size="lg" className="max-sm:flex-1 max-sm:px-3" onClick={() => review.decide("merge")} data-testid="duplicate-merge">
          <Merge aria-hidden />
          {t(otherName ? "keepName" : "merge")}
          <Key>M</Key>
        </Button>
      </div>
      <div className="flex w-full items-center justify-between sm:hidden">
        <Button variant="ghost" size="sm" onClick={() => review.step(-1)}><ArrowLeft aria-hidden />{t("previous")}</Button>
        {review.decided.size > 0 ? <Button variant="ghost" size="sm" loading={review.takingBack} onClick={() => void review.undo()}><Undo2 aria-hidden />{t("undoLast")}</Button> : null}
        <Button variant="ghost" size="sm" onClick={() => review.step(1)}>{t("later")}<ArrowRight aria-hidden /></Button>
      </div>
    </footer>
  );
}
