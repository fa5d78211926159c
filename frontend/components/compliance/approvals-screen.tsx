"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtQuiet } from "@/components/art";
import { FilterChip } from "@/components/ui/toggle";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useApprovals, type Approval, type ApprovalState } from "@/lib/compliance";
import { useFormat } from "@/lib/format";
import { useColleagues } from "@/lib/inbox";
import { ApprovalSheet } from "./approval-sheet";
import { ComplianceFrame } from "./frame";

const STATES: ApprovalState[] = ["requested", "approved", "refused"];
const TONE: Record<ApprovalState, Tone> = { requested: "persimmon", approved: "good", refused: "bad" };

export function ApprovalsScreen() {
  const t = useTranslations("compliance.approval");
  const [state, setState] = useState<ApprovalState | null>("requested");
  const [openId, setOpenId] = useState<string | null>(null);
  const approvals = useApprovals(state);
  const items = approvals.data ?? [];
  return (
    <ComplianceFrame>
      <p className="mb-4 max-w-3xl text-[0.93rem] text-ink-2">{t("about")}</p>
      <div role="group" aria-label={t("state")} className="no-scrollbar mb-3 flex gap-1.5 overflow-x-auto">
        {STATES.map((each) => <FilterChip key={each} label={t(`states.${each}`)} active={state === each} onClick={() => setState(each)} testId={`approvals-${each}`} />)}
        <FilterChip label={t("all")} active={state === null} onClick={() => setState(null)} />
      </div>
      <Card>
        <Unready query={approvals} rows={3} />
        {approvals.data && items.length === 0 ? <Empty art={<ArtQuiet />} title={t(state === "requested" ? "nothingWaits" : "nothing")} /> : null}
        <ul className="divide-y divide-line">
          {items.map((item) => <Line key={item.id} item={item} onOpen={() => setOpenId(item.id)} />)}
        </ul>
      </Card>
      <ApprovalSheet approval={items.find((item) => item.id === openId) ?? null} onClose={() => setOpenId(null)} />
    </ComplianceFrame>
  );
}

function Line({ item, onOpen }: { item: Approval; onOpen: () => void }) {
  const t = useTranslations("compliance.approval");
  const format = useFormat();
  const people = useColleagues().data ?? [];
  const asker = people.find((one) => one.id === item.requested_by)?.name ?? t("somebody");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-4" data-testid="approval-line" data-state={item.state}>
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={TONE[item.state]}>{t(`states.${item.state}`)}</Badge>
          <span className="font-semibold">{item.campaign_name}</span>
          {item.current ? null : <Badge>{t("changed")}</Badge>}
        </p>
        {item.note ? <p className="mt-1 text-[0.92rem] text-ink-2">{item.note}</p> : null}
        <p className="mt-1 text-[0.84rem] text-ink-3">{t("askedBy", { name: asker, when: format.dateTime(item.requested_at), rules: item.rules.join(", ") })}</p>
        {item.decision_note ? <p className="mt-0.5 text-[0.88rem] text-ink-2">{t("decision", { note: item.decision_note })}</p> : null}
      </div>
      <Button variant={item.state === "requested" ? "primary" : "secondary"} size="sm" onClick={onOpen} data-testid="approval-open">{t("look")}</Button>
    </li>
  );
}
