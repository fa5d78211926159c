"use client";

import { LoaderCircle } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { cn } from "@/lib/utils";
import { Card } from "./card";
import { Failure, SkeletonRows } from "./feedback";

/** When a block says why nothing is there yet, and when it stops promising. */
const UNEASY_MS = 2_000;
const LATE_MS = 5_000;

export interface Reading {
  data: unknown;
  isError: boolean;
  error: Error | null;
  failureReason: Error | null;
  refetch: () => unknown;
}

interface UnreadyProps {
  query: Reading;
  /** How many lines the block will have, unless `skeleton` draws it otherwise. */
  rows?: number;
  skeleton?: ReactNode;
  className?: string;
  /** It stands on the page itself, so the error and the lines need a card around them. */
  card?: boolean;
}

/**
 * What stands in a block until its data come: its skeleton; from the third second on, whether it is asked again or only
 * slow; the error with a way to try again as soon as nobody tries any more, and after five seconds in any case.
 */
export function Unready(props: UnreadyProps) {
  const { query } = props;
  if (query.data !== undefined) return null;
  if (query.isError && query.error) return <Failed {...props} error={query.error} onRetry={() => query.refetch()} />;
  return <Waiting {...props} />;
}

function Failed({ error, onRetry, className, card }: UnreadyProps & { error: Error; onRetry: () => void }) {
  const failure = <Failure error={error} onRetry={onRetry} className={className} />;
  return card ? <Card>{failure}</Card> : failure;
}

function Waiting(props: UnreadyProps) {
  const { query, rows, skeleton, className, card } = props;
  const { waited, anew } = useWaited();
  const reason = query.failureReason;
  const again = () => {
    anew();
    query.refetch();
  };
  if (reason && waited === "late") return <Failed {...props} error={reason} onRetry={again} />;
  const words = waited === "short" ? null : <Words failing={reason !== null} />;
  if (skeleton) return <div className="grid gap-2">{words}{skeleton}</div>;
  const lines = <SkeletonRows rows={rows} className={className} note={words} />;
  return card ? <Card>{lines}</Card> : lines;
}

function Words({ failing }: { failing: boolean }) {
  const t = useTranslations("errors");
  return (
    <p role="status" data-testid={failing ? "waiting-failing" : "waiting-slow"} className={cn("flex items-center gap-2 text-[0.9rem]", failing ? "text-warn-ink" : "text-ink-3")}>
      <LoaderCircle className="size-4 shrink-0 animate-spin" aria-hidden />
      {t(failing ? "tryingAgain" : "slow")}
    </p>
  );
}

/** How long it has been, in three steps; `anew` starts over. */
function useWaited(): { waited: "short" | "uneasy" | "late"; anew: () => void } {
  const [round, setRound] = useState(0);
  const [waited, setWaited] = useState<"short" | "uneasy" | "late">("short");
  useEffect(() => {
    const timers = [setTimeout(() => setWaited("uneasy"), UNEASY_MS), setTimeout(() => setWaited("late"), LATE_MS)];
    return () => timers.forEach(clearTimeout);
  }, [round]);
  const anew = () => {
    setWaited("short");
    setRound((before) => before + 1);
  };
  return { waited, anew };
}
