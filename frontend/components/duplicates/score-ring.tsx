"use client";

import { useTranslations } from "use-intl";

const RADIUS = 20;
const ROUND = 2 * Math.PI * RADIUS;

/** How alike two records are: a ring that fills, with the number in it. Names that differ are nothing to be sure about. */
export function ScoreRing({ score, namesDiffer }: { score: number; namesDiffer: boolean }) {
  const t = useTranslations("duplicates");
  // Never 100: a machine is not certain who is who.
  const percent = Math.min(99, Math.floor(score * 100));
  const level = namesDiffer ? "low" : score >= 0.9 ? "high" : score >= 0.75 ? "middle" : "low";
  const colour = { high: "stroke-good", middle: "stroke-seal", low: "stroke-warn" }[level];
  return (
    <div className="flex items-center gap-3" role="img" aria-label={`${t("score", { percent })}: ${t(`score_${level}`)}`}>
      <svg viewBox="0 0 48 48" className="size-12 shrink-0 sm:size-14" aria-hidden>
        <circle cx="24" cy="24" r={RADIUS} fill="none" strokeWidth="5" className="stroke-line" />
        <circle
          cx="24" cy="24" r={RADIUS} fill="none" strokeWidth="5" strokeLinecap="round" transform="rotate(-90 24 24)"
          strokeDasharray={`${score * ROUND} ${ROUND}`} className={colour}
        />
        <text x="24" y="28.5" textAnchor="middle" className="fill-ink text-[13px] font-bold">{percent}</text>
      </svg>
      <p className="text-[0.93rem] font-semibold">{t(`score_${level}`)}</p>
    </div>
  );
}
