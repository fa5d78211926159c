import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { changeCount, choosableFields, isOtherName, usePairs, useResolve, useTakeBack, type Pair, type PairKind, type Side } from "./duplicates";
import type { Id } from "./types";

/** What somebody would keep of a pair: whose contact stays, and which value of each field that differs. */
export interface Choice {
  keep: Side;
  fields: Record<string, Side>;
}
interface Decision {
  pair: Pair;
  decision: "merge" | "keep_apart";
  /** The merge's id once the server has answered. */
  answer: Promise<{ merge_id: Id | null }>;
}
export interface ReviewMessages {
  /** What is decided about a mere name cannot be taken back. */
  onDecided: (decision: Decision["decision"], undoable: boolean) => void;
  onTakenBack: () => void;
  onRefused: (error: Error) => void;
}

/** More are fetched when fewer than this are left ahead. */
const AHEAD = 6;

export const proposedChoice = (pair: Pair): Choice => ({
  keep: "left",
  fields: Object.fromEntries(choosableFields(pair).map((field) => [field.field, field.suggestion as Side])),
});

const involves = (pair: Pair, ids: Id[]) => ids.includes(pair.left.id) || ids.includes(pair.right.id);

/**
 * The pairs still to be decided and the one in view. A decision takes its pair out of sight at once and the next one
 * slides in; the server's refusal, or taking the decision back, brings it in again.
 */
export function useReview(kind: PairKind | null, messages: ReviewMessages) {
  const client = useQueryClient();
  const pages = usePairs(kind);
  const resolve = useResolve();
  const takeBack = useTakeBack();
  const [decided, setDecided] = useState<ReadonlyMap<Id, PairKind>>(new Map());
  const [choices, setChoices] = useState<Record<Id, Choice>>({});
  const [wanted, setWanted] = useState(0);
  const past = useRef<Decision[]>([]);
  /** Pairs that have their decision: a second key may come before the next pair is drawn, and is not meant for it. */
  const taken = useRef(new Set<Id>());

  const pairs = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const open = useMemo(() => pairs.filter((pair) => !decided.has(pair.id)), [pairs, decided]);
  const at = Math.max(0, Math.min(wanted, open.length - 1));
  const pair = open[at];

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && open.length - at < AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, open.length, at]);

  const bringBack = ({ id, kind }: Pair) => {
    taken.current.delete(id);
    setDecided((before) => new Map([...before].filter(([other]) => other !== id)));
    changeCount(client, kind, 1);
  };
  const choice = pair ? (choices[pair.id] ?? proposedChoice(pair)) : null;

  const decide = (decision: Decision["decision"]) => {
    if (!pair || !choice || taken.current.has(pair.id)) return;
    taken.current.add(pair.id);
    const answer = resolve.mutateAsync({ id: pair.id, decision, ...choice });
    const made = { pair, decision, answer };
    if (!isOtherName(pair)) past.current.push(made);
    setDecided((before) => new Map(before).set(pair.id, pair.kind));
    changeCount(client, pair.kind, -1);
    messages.onDecided(decision, !isOtherName(pair));
    const stale = decision === "merge" && open.some((other) => other.id !== pair.id && involves(other, [pair.left.id, pair.right.id]));
    answer.then(
      // The other pairs of these two people show what they no longer are.
      () => stale && void client.invalidateQueries({ queryKey: ["duplicates", "queue"] }),
      (error: Error) => {
        past.current = past.current.filter((one) => one !== made);
        bringBack(pair);
        messages.onRefused(error);
      },
    );
  };

  const undo = async () => {
    const last = past.current.pop();
    if (!last) return;
    try {
      const { merge_id } = await last.answer;
      await takeBack.mutateAsync({ pairId: last.pair.id, mergeId: merge_id });
    } catch {
      return; // The refusal has been said; a decision that failed is back already.
    }
    bringBack(last.pair);
    const open = pairs.filter((one) => one.id === last.pair.id || !decided.has(one.id));
    setWanted(Math.max(0, open.findIndex((one) => one.id === last.pair.id)));
    messages.onTakenBack();
  };

  return {
    pages, pair, choice, at, undo, decide,
    decided,
    left: Math.max(0, (pages.data?.pages[0]?.total?.value ?? pairs.length) - [...decided.keys()].filter((id) => pairs.some((one) => one.id === id)).length),
    step: (by: 1 | -1) => setWanted(Math.max(0, Math.min(at + by, open.length - 1))),
    restart: () => setWanted(0),
    choose: (next: Choice) => pair && setChoices((before) => ({ ...before, [pair.id]: next })),
    takingBack: takeBack.isPending,
  };
}
export type Review = ReturnType<typeof useReview>;

/** The choice with one field, or everything, from one side. */
export function choose(pair: Pair, choice: Choice, side: Side, field: string | null): Choice {
  if (field) return { ...choice, fields: { ...choice.fields, [field]: side } };
  const fields = Object.fromEntries(Object.keys(proposedChoice(pair).fields).map((name) => [name, side]));
  return { keep: side, fields };
}
