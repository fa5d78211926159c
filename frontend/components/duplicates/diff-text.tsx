import type { DiffPiece } from "@/lib/field-values";

const TONE = {
  new: "bg-good-soft text-good-ink",
  old: "bg-bad-soft text-bad-ink",
  differs: "bg-persimmon/30",
} as const;

/** A value with the characters marked that the other one does not have. */
export function DiffText({ pieces, tone = "differs" }: { pieces: DiffPiece[]; tone?: keyof typeof TONE }) {
  return (
    <>
      {pieces.map((piece, index) =>
        piece.differs ? <mark key={index} className={`rounded-[3px] px-px whitespace-pre-wrap text-inherit ${TONE[tone]}`}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
      )}
    </>
  );
}
