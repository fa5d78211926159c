"use client";

import { useTranslations } from "use-intl";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/feedback";
import { useApprovals } from "@/lib/approvals";
import { missing } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { trialOf } from "@/lib/variants";
import type { CheckProps } from "./check-step";
import { LaunchPanel } from "./launch-panel";
import { TrialSend } from "./trial-send";

/** How many, how much, and the button. */
export function CheckSide({ id, draft, preview: query, fresh, changed, save }: CheckProps) {
  const t = useTranslations("wizard");
  const s = useTranslations("split");
  const format = useFormat();
  const preview = query.data;
  const needsWord = preview?.compliance.needs_second_person ?? false;
  const word = useApprovals(id, needsWord).data?.[0];
  if (!preview || missing(draft).length > 0) return null;
  const short = preview.audience.value - preview.quota.remaining;
  const approved = !needsWord || (word?.state === "approved" && word.current && !changed);
  return (
    <Card className="p-5">
      <p className="text-[0.87rem] text-ink-3">{t("recipients")}</p>
      <p className="text-[2.6rem] leading-tight font-bold tracking-tight text-seal">
        {format.total(preview.audience)}
        <span className="ml-1 text-lg font-semibold text-ink-2">{t("audienceUnit")}</span>
      </p>
      <dl className="mt-4 grid gap-3 border-t border-line pt-4 text-[0.93rem]">
        <div className="flex justify-between gap-3">
          <dt className="text-ink-3">
            {t("cost")}
            <span className="block text-xs">{t("costNote")}</span>
          </dt>
          <dd className="text-lg font-semibold" data-testid="estimated-cost">{format.won(preview.estimated_cost_krw)}</dd>
        </div>
        <div className="flex justify-between gap-3">
          <dt className="text-ink-3">{t("quota")}</dt>
          <dd className={short > 0 ? "font-semibold text-bad-ink" : "font-semibold"}>{format.number(preview.quota.remaining)}</dd>
        </div>
        {draft.split ? (
          <div className="flex justify-between gap-3">
            <dt className="text-ink-3">{s("first")}</dt>
            <dd className="font-semibold" data-testid="split-first">{s("firstSizes", { each: format.number(trialOf(preview.audience.value, draft.split.sharePercent).each) })}</dd>
          </div>
        ) : null}
      </dl>
      {short > 0 ? <Notice tone="bad" className="mt-4">{t("quotaShort", { count: format.number(short) })}</Notice> : null}
      <LaunchPanel draft={draft} preview={preview} ready={fresh && preview.compliance.allowed && approved && preview.audience.value > 0} save={save} />
      {preview.compliance.allowed && !approved ? <p className="mt-2 text-center text-[0.85rem] text-ink-3" data-testid="launch-waits">{t("launchWaits")}</p> : null}
      {!preview.compliance.allowed ? <p className="mt-2 text-center text-[0.85rem] text-bad-ink">{t("lawBlocked")}</p> : null}
      <TrialSend draft={draft} save={save} />
    </Card>
  );
}
