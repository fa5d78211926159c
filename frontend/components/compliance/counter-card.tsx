"use client";

import { Plus, Trash2 } from "lucide-react";
import Link from "next/link";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { formErrors, FormFooter } from "@/components/settings/collection";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Unready } from "@/components/ui/unready";
import { useAddSend, useElectionSends, useRemoveSend, type Counter, type ElectionSend } from "@/lib/compliance";
import { seoulToday } from "@/lib/election-days";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import { cn } from "@/lib/utils";

/** From the sixth on the rules warn (E02). */
const WARN_FROM = 6;

/** The eight automatic election texts: used, left, and which they were. */
export function CounterCard({ electionId, counter }: { electionId: string; counter: Counter }) {
  const t = useTranslations("compliance");
  const { manage } = useCan();
  const sends = useElectionSends(electionId);
  const [adding, setAdding] = useState(false);
  const items = sends.data ?? [];
  return (
    <Card className="flex flex-col pb-4" data-testid="counter">
      <CardHeader
        title={t("counter")}
        note={t("counterNote")}
        action={
          manage ? (
            <Button variant="secondary" size="sm" onClick={() => setAdding(true)} data-testid="send-add">
              <Plus aria-hidden />
              {t("addSend")}
            </Button>
          ) : null
        }
      />
      <Pips counter={counter} />
      <Unready query={sends} rows={2} className="py-4" />
      {items.length > 0 ? (
        <ul className="scroll-thin mt-3 max-h-56 divide-y divide-line overflow-y-auto border-t border-line">
          {items.map((send) => <SendLine key={send.id} send={send} electionId={electionId} removable={manage} />)}
        </ul>
      ) : null}
      {sends.data?.length === 0 ? <p className="mt-3 px-5 text-[0.88rem] text-ink-3">{t("noSends")}</p> : null}
      <Dialog open={adding} onOpenChange={setAdding} title={t("addSend")} description={t("addSendNote")}>
        {adding ? <SendForm electionId={electionId} onClose={() => setAdding(false)} /> : null}
      </Dialog>
    </Card>
  );
}

function Pips({ counter }: { counter: Counter }) {
  const t = useTranslations("compliance");
  const tone = counter.left === 0 ? "bg-bad" : counter.used >= WARN_FROM ? "bg-persimmon" : "bg-seal";
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-2 px-5">
      <div role="img" aria-label={t("counterLabel", { used: counter.used, limit: counter.limit })} className="flex gap-1.5">
        {Array.from({ length: counter.limit }, (_, index) => (
          <span key={index} className={cn("h-8 w-5 rounded-md sm:w-6", index < counter.used ? tone : "bg-line/80 ring-1 ring-line-strong ring-inset")} />
        ))}
      </div>
      <p className="leading-tight">
        <span className="text-lg font-bold" data-testid="counter-left">{t("left", { count: counter.left })}</span>
        <span className="block text-[0.82rem] text-ink-3" data-testid="counter-used">{t("used", { used: counter.used, limit: counter.limit, elsewhere: counter.elsewhere })}</span>
      </p>
    </div>
  );
}

function SendLine({ send, electionId, removable }: { send: ElectionSend; electionId: string; removable: boolean }) {
  const t = useTranslations("compliance");
  const format = useFormat();
  const remove = useRemoveSend(electionId);
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex items-center gap-3 px-5 py-2 text-[0.9rem]" data-testid="send-line">
      <span className="shrink-0 text-ink-3">{format.date(`${send.sent_on}T12:00:00+09:00`)}</span>
      <span className="min-w-0 flex-1 truncate">
        {send.campaign_id ? <Link href={`/campaigns/${send.campaign_id}`} className="hover:underline">{send.campaign_name}</Link> : send.note || t("elsewhere")}
      </span>
      {send.campaign_id ? null : <Badge>{t("elsewhere")}</Badge>}
      {send.counted ? null : <Badge>{t("notCounted")}</Badge>}
      {removable && !send.campaign_id ? (
        <Button variant="danger-ghost" size="icon-sm" aria-label={t("removeSend")} onClick={() => setAsking(true)} data-testid="send-remove"><Trash2 aria-hidden /></Button>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("removeSend")}
        description={t("removeSendNote")}
        confirmLabel={t("removeSend")}
        pending={remove.isPending}
        onConfirm={() => remove.mutate(send.id, { onSettled: () => setAsking(false) })}
        testId="send-remove-confirm"
      />
    </li>
  );
}

function SendForm({ electionId, onClose }: { electionId: string; onClose: () => void }) {
  const t = useTranslations();
  const add = useAddSend(electionId);
  const [day, setDay] = useState(seoulToday());
  const [recipients, setRecipients] = useState("");
  const [note, setNote] = useState("");
  const errors = formErrors(add.error, ["sent_on", "recipients", "note"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ sent_on: day, recipients: recipients.trim() ? Number(recipients) : null, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("compliance.sentOn")} error={errors.of("sent_on")}>
        <Input type="date" value={day} max={seoulToday()} onChange={(event) => setDay(event.target.value)} data-testid="send-day" />
      </Field>
      <Field label={t("compliance.recipients")} optional={t("common.optional")} error={errors.of("recipients")}>
        <Input value={recipients} inputMode="numeric" onChange={(event) => setRecipients(event.target.value.replace(/\D/g, ""))} data-testid="send-recipients" />
      </Field>
      <Field label={t("compliance.sendNote")} optional={t("common.optional")} error={errors.of("note")}>
        <Input value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} placeholder={t("compliance.sendNotePlaceholder")} data-testid="send-note" />
      </Field>
      <FormFooter error={errors.general} pending={add.isPending} onCancel={onClose} />
    </form>
  );
}
