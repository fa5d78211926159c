"use client";

import { Crown, Send } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Notice, Skeleton } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { hasLink } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { isFinal } from "@/lib/states";
import type { CampaignStatus, Variant, Variants, VariantStats } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { useChooseVariant, useVariants } from "@/lib/variants";

const BAR = { a: "bg-seal", b: "bg-persimmon" } as const;

/** Two texts side by side while they are tried, what the decision waits for, and the decision by hand. */
export function VariantsCard({ id, status }: { id: string; status: CampaignStatus }) {
  const t = useTranslations("split");
  const trial = useVariants(id, !isFinal(status) || status === "stopped");
  const [choosing, setChoosing] = useState<Variant | null>(null);
  const { data } = trial;
  const open = data !== undefined && data.chosen === null && data.waiting_for !== "launch" && ["sending", "paused", "stopped"].includes(status);
  return (
    <Card className="pb-5" data-testid="variants" data-chosen={data?.chosen ?? ""}>
      <CardHeader title={t("trial")} note={t("note")} />
      <div className="mt-2 grid gap-4 px-5">
        <Unready query={trial} skeleton={<Skeleton className="h-40" />} className="py-6" />
        {data ? (
          <>
            <Standing trial={data} />
            <ol className="grid gap-3 md:grid-cols-2">
              {data.variants.map((one) => <Text key={one.variant} one={one} trial={data} onChoose={open ? () => setChoosing(one.variant) : undefined} />)}
            </ol>
            <ChooseConfirm id={id} rest={data.rest} variant={choosing} onClose={() => setChoosing(null)} />
          </>
        ) : null}
      </div>
    </Card>
  );
}

/** What the decision waits for, or how it fell. */
function Standing({ trial }: { trial: Variants }) {
  const t = useTranslations("split");
  const format = useFormat();
  const rest = format.number(trial.rest);
  if (trial.chosen) {
    const at = format.dateTime(trial.chosen_at);
    return (
      <Notice tone="good" icon={<Crown aria-hidden />}>
        <p data-testid="variants-standing">{t("chosenAt", { at })} {t("restGot", { rest, name: t(`name.${trial.chosen}`) })}</p>
      </Notice>
    );
  }
  const waiting = trial.waiting_for ?? "hand";
  const words = t(`waiting.${waiting}`, { time: format.duration(trial.after_minutes * 60), minimum: format.number(trial.minimum) });
  const wanted = waiting === "hand" || waiting === "minimum";
  return (
    <Notice tone={wanted ? "warn" : "info"}>
      <p data-testid="variants-standing">{words} {trial.rest > 0 ? t("restWaits", { rest }) : null}</p>
    </Notice>
  );
}

/** Which text more people opened; null while they are equal or nothing is known. */
function leading({ variants: [a, b] }: Variants): Variant | null {
  if (!a || !b || a.open_rate === b.open_rate) return null;
  return a.open_rate > b.open_rate ? "a" : "b";
}

function Text({ one, trial, onChoose }: { one: VariantStats; trial: Variants; onChoose?: () => void }) {
  const t = useTranslations("split");
  const format = useFormat();
  const chosen = trial.chosen === one.variant;
  return (
    <li className={cn("flex flex-col gap-3 rounded-lg border bg-paper/60 p-4", chosen ? "border-seal" : "border-line")} data-testid={`variant-card-${one.variant}`}>
      <p className="flex items-center gap-2 font-semibold">
        <span className={cn("size-2.5 rounded-[3px]", BAR[one.variant])} aria-hidden />
        {t(`name.${one.variant}`)}
        {chosen ? <Badge tone="good"><Crown aria-hidden />{t("chosen")}</Badge> : null}
        {!trial.chosen && leading(trial) === one.variant ? <Badge tone="seal">{t("ahead")}</Badge> : null}
      </p>
      <div className="scroll-thin max-h-40 overflow-y-auto rounded-lg bg-sunken px-3.5 py-2.5 text-[0.92rem]">
        {one.subject ? <p className="mb-1 font-semibold">{one.subject}</p> : null}
        <p className="break-words whitespace-pre-wrap">{one.body}</p>
      </div>
      <dl className="grid grid-cols-4 gap-2 text-[0.84rem]">
        {(["recipients", "sent", "delivered", "opened"] as const).map((key) => (
          <div key={key}>
            <dt className="text-ink-3">{t(key)}</dt>
            <dd className="text-lg font-semibold" data-testid={`variant-${one.variant}-${key}`}>{format.number(one[key])}</dd>
          </div>
        ))}
      </dl>
      <div>
        <p className="flex justify-between text-[0.87rem]">
          <span className="text-ink-3">{t("openRate")}</span>
          <span className="font-semibold" data-testid={`variant-${one.variant}-rate`}>{format.percent(one.open_rate)}</span>
        </p>
        <div className="mt-1 h-2 overflow-hidden rounded-full bg-line/70">
          <div className={cn("h-full rounded-full transition-[width] duration-700", BAR[one.variant])} style={{ width: `${percentOf(one.open_rate, 1)}%` }} />
        </div>
        {hasLink(one.body) ? null : <p className="mt-1.5 text-[0.82rem] text-ink-3">{t("noLink")}</p>}
      </div>
      {onChoose ? (
        <Button variant={leading(trial) === one.variant ? "primary" : "secondary"} className="mt-auto" onClick={onChoose} data-testid={`variant-choose-${one.variant}`}>
          <Send aria-hidden />
          {t("choose", { name: t(`name.${one.variant}`) })}
        </Button>
      ) : null}
    </li>
  );
}

function ChooseConfirm({ id, rest, variant, onClose }: { id: string; rest: number; variant: Variant | null; onClose: () => void }) {
  const t = useTranslations("split");
  const format = useFormat();
  const choose = useChooseVariant(id);
  const name = variant ? t(`name.${variant}`) : "";
  const confirm = () =>
    variant && choose.mutate(variant, {
      onSuccess: () => toast.success(t("restGot", { rest: format.number(rest), name })),
      onSettled: onClose,
    });
  return (
    <Confirm
      open={variant !== null}
      onOpenChange={(open) => !open && !choose.isPending && onClose()}
      title={t("chooseTitle", { rest: format.number(rest), name })}
      description={t("chooseNote")}
      confirmLabel={t("choose", { name })}
      pending={choose.isPending}
      onConfirm={confirm}
      testId="variant-confirm"
    />
  );
}
