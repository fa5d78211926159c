"use client";

import { BadgeCheck, Hourglass, UserRoundCheck, UserRoundX } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Deciders } from "@/components/ui/deciders";
import { Notice, Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useDecideApproval, useRequestApproval } from "@/lib/approvals";
import { useFormat } from "@/lib/format";
import { useCan, useMe } from "@/lib/session";
import type { Approval, Id } from "@/lib/types";

interface ApprovalCardProps {
  approvals: Approval[] | undefined;
  id: Id | null;
  /** What is on the screen is not what is saved: a word about the saved text says nothing of this one. */
  changed: boolean;
  save: () => Promise<Id>;
}

/** A second person's word: asked for, waited for, given, refused, or void since an edit. */
export function ApprovalCard({ approvals, id, changed, save }: ApprovalCardProps) {
  const t = useTranslations("approval");
  const latest = approvals?.[0];
  const holds = latest !== undefined && latest.current && !changed;
  return (
    <Card id="approval" className="scroll-mt-6 pb-5" data-testid="approval" data-state={holds ? latest.state : "none"}>
      <CardHeader title={<span className="inline-flex items-center gap-2"><UserRoundCheck className="size-4.5 text-seal" aria-hidden />{t("title")}</span>} note={t("note")} />
      <div className="grid gap-3 px-5 pt-3">
        {id && !approvals ? <Skeleton className="h-14" /> : null}
        {latest && !holds ? <Notice tone="warn">{t(`void.${latest.state}`)}</Notice> : null}
        {holds ? <ApprovalState approval={latest} /> : null}
        {!holds && (!id || approvals) ? <RequestForm again={latest !== undefined} save={save} /> : null}
      </div>
    </Card>
  );
}

/** A request as it stands: waited for, with the decision for whoever may give it, or decided. */
export function ApprovalState({ approval }: { approval: Approval }) {
  const t = useTranslations("approval");
  const format = useFormat();
  const me = useMe().data;
  const { manage } = useCan();
  if (approval.state === "approved") {
    return (
      <Notice tone="good" icon={<BadgeCheck aria-hidden />} title={t("approved")}>
        <Said at={format.dateTime(approval.decided_at)} note={approval.decision_note} />
      </Notice>
    );
  }
  if (approval.state === "refused") {
    return (
      <Notice tone="bad" icon={<UserRoundX aria-hidden />} title={t("refused")}>
        <Said at={format.dateTime(approval.decided_at)} note={approval.decision_note} />
        <p className="mt-1">{t("refusedNote")}</p>
      </Notice>
    );
  }
  const mine = approval.requested_by === me?.id;
  return (
    <>
      <Notice icon={<Hourglass aria-hidden />} title={t("waiting")}>
        <Said at={format.dateTime(approval.requested_at)} note={approval.note} />
        {mine ? <p className="mt-1">{t("waitingOwn")}</p> : null}
      </Notice>
      {manage && !mine && me ? <DecisionForm id={approval.id} /> : <Deciders except={approval.requested_by} />}
    </>
  );
}

function Said({ at, note }: { at: string; note: string }) {
  return (
    <p>
      {at}
      {note ? <span className="break-words" data-testid="approval-said"> · “{note}”</span> : null}
    </p>
  );
}

function RequestForm({ again, save }: { again: boolean; save: () => Promise<Id> }) {
  const t = useTranslations("approval");
  const request = useRequestApproval();
  const [note, setNote] = useState("");
  const [saving, setSaving] = useState(false);
  const ask = async () => {
    setSaving(true);
    try {
      await request.mutateAsync({ id: await save(), note: note.trim() });
      toast.success(t("requested"));
    } catch (error) {
      toast.error((error as Error).message);
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <Field label={t("noteLabel")} hint={t("noteHint")}>
        <Input value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} data-testid="approval-note" />
      </Field>
      <Button className="justify-self-start" loading={saving} onClick={ask} data-testid="approval-request">
        {t(again ? "requestAgain" : "request")}
      </Button>
    </>
  );
}

function DecisionForm({ id }: { id: Id }) {
  const t = useTranslations("approval");
  const decide = useDecideApproval();
  const [note, setNote] = useState("");
  const say = (word: "approve" | "refuse") =>
    decide.mutate({ id, word, note: note.trim() }, { onError: (error) => toast.error(error.message) });
  const pending = (word: string) => decide.isPending && decide.variables.word === word;
  return (
    <>
      <Field label={t("decisionLabel")} hint={t("decisionHint")}>
        <Input value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} data-testid="decision-note" />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button loading={pending("approve")} disabled={decide.isPending} onClick={() => say("approve")} data-testid="approval-approve">{t("approve")}</Button>
        <Button variant="danger-ghost" loading={pending("refuse")} disabled={decide.isPending || !note.trim()} onClick={() => say("refuse")} data-testid="approval-refuse">{t("refuse")}</Button>
      </div>
    </>
  );
}
