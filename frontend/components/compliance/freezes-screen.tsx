"use client";

import { OctagonX } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtQuiet } from "@/components/art";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Deciders } from "@/components/ui/deciders";
import { Empty } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useFreezes, type Freeze } from "@/lib/compliance";
import { useFormat } from "@/lib/format";
import { useColleagues } from "@/lib/inbox";
import { useCan } from "@/lib/session";
import { ComplianceFrame } from "./frame";
import { FreezeDialog, LiftFreezeDialog } from "./freeze-dialog";

export function FreezesScreen() {
  const t = useTranslations("compliance.freeze");
  const { manage } = useCan();
  const freezes = useFreezes();
  const [asking, setAsking] = useState(false);
  const [lifting, setLifting] = useState<Freeze | null>(null);
  const button = manage ? (
    <Button variant="danger" onClick={() => setAsking(true)} data-testid="freeze-open">
      <OctagonX aria-hidden />
      {t("button")}
    </Button>
  ) : null;
  return (
    <ComplianceFrame actions={button}>
      <p className="mb-4 max-w-3xl text-[0.93rem] text-ink-2">{t("about")}</p>
      {manage ? null : <div className="mb-4"><Deciders /></div>}
      <Card>
        <Unready query={freezes} rows={3} />
        {freezes.data?.length === 0 ? <Empty art={<ArtQuiet />} title={t("emptyTitle")} note={t("emptyNote")} /> : null}
        <ul className="divide-y divide-line">
          {(freezes.data ?? []).map((freeze) => <Line key={freeze.id} freeze={freeze} onLift={manage ? () => setLifting(freeze) : undefined} />)}
        </ul>
      </Card>
      <FreezeDialog open={asking} onClose={() => setAsking(false)} campaign={null} />
      <LiftFreezeDialog freeze={lifting} onClose={() => setLifting(null)} />
    </ComplianceFrame>
  );
}

function Line({ freeze, onLift }: { freeze: Freeze; onLift?: () => void }) {
  const t = useTranslations("compliance.freeze");
  const format = useFormat();
  const people = useColleagues().data ?? [];
  const nameOf = (id: string | null) => people.find((one) => one.id === id)?.name ?? t("somebody");
  const inForce = freeze.lifted_at === null;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-5 py-4" data-testid="freeze-line" data-lifted={!inForce}>
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={inForce ? "bad" : "neutral"}>{t(inForce ? "inForce" : "isLifted")}</Badge>
          <span className="font-medium">
            {freeze.campaign_id ? <Link href={`/campaigns/${freeze.campaign_id}`} className="hover:underline">{t("oneCampaign")}</Link> : t("everything")}
          </span>
        </p>
        <p className="mt-1.5 text-[0.95rem]">{freeze.reason}</p>
        {freeze.ordered_by ? <p className="text-[0.88rem] text-ink-2">{t("ordered", { by: freeze.ordered_by })}</p> : null}
        <p className="mt-1 text-[0.84rem] text-ink-3">
          {t("since", { name: nameOf(freeze.member_id), when: format.dateTime(freeze.created_at) })}
          {freeze.lifted_at ? ` · ${t("until", { name: nameOf(freeze.lifted_by), when: format.dateTime(freeze.lifted_at), reason: freeze.lift_reason ?? "" })}` : null}
        </p>
      </div>
      {inForce && onLift ? <Button variant="secondary" size="sm" onClick={onLift} data-testid="freeze-lift">{t("lift")}</Button> : null}
    </li>
  );
}
