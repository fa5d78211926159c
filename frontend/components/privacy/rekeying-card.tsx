"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { ProgressBar, Skeleton } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useRekeying, useStartRekeying, type Rekeying } from "@/lib/privacy";
import { useCan } from "@/lib/session";
import { percentOf } from "@/lib/utils";

/** The camp's data key: how its change is going, and the button that starts one. */
export function RekeyingCard() {
  const t = useTranslations("privacy");
  const { own } = useCan();
  const rekeying = useRekeying(true);
  const start = useStartRekeying();
  const [asking, setAsking] = useState(false);
  const running = rekeying.data && ["running", "waiting"].includes(rekeying.data.status);
  return (
    <Card data-testid="rekeying" data-status={rekeying.data?.status}>
      <CardHeader title={t("keys")} note={t("keysLaw")} />
      <div className="grid gap-4 px-5 pt-2 pb-5">
        <Unready query={rekeying} skeleton={<Skeleton className="h-10" />} className="py-4" />
        {rekeying.data ? <Progress rekeying={rekeying.data} /> : null}
        {own && rekeying.data && !running ? (
          <Button variant="secondary" className="justify-self-start" onClick={() => setAsking(true)} data-testid="rekey-start">
            <KeyRound aria-hidden />
            {t("rekey")}
          </Button>
        ) : null}
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t("rekeyTitle")}
        description={t("rekeyNote")}
        confirmLabel={t("rekey")}
        pending={start.isPending}
        onConfirm={() => start.mutate(undefined, { onSettled: () => setAsking(false) })}
        testId="rekey-confirm"
      />
    </Card>
  );
}

function Progress({ rekeying }: { rekeying: Rekeying }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  const { status, done, total } = rekeying;
  if (status === "running" || status === "waiting") {
    return (
      <div>
        <p className="mb-2 text-[0.93rem]">{t(`rekeyStatus.${status}`)} <span className="text-ink-3">{format.number(done)} / {format.number(total)}</span></p>
        <ProgressBar percent={status === "waiting" ? 100 : percentOf(done, total)} label={t("keys")} />
      </div>
    );
  }
  return (
    <p className="text-[0.93rem] text-ink-2">
      {t(`rekeyStatus.${status}`, { at: format.dateTime(rekeying.finished_at) })}
      {rekeying.error ? <span className="block text-bad-ink">{rekeying.error}</span> : null}
    </p>
  );
}
