"use client";

import { CalendarClock, Check, Plus } from "lucide-react";
import Link from "next/link";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { formErrors, FormFooter } from "@/components/settings/collection";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Segmented } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useAddRequest, useAnswerRequest, usePrivacyRequests, type PrivacyRequest, type RequestKind } from "@/lib/privacy";

const KINDS: RequestKind[] = ["access", "correction", "erasure", "stop", "source", "withdrawal"];
const DAY_MS = 86_400_000;
const SOON_DAYS = 3;

/** Days until the end of a Korean day; negative once it is over. */
const daysLeft = (day: string): number => Math.floor((new Date(`${day}T23:59:59+09:00`).getTime() - Date.now()) / DAY_MS);

/** What people have asked for, the most urgent first. */
export function RequestsCard() {
  const t = useTranslations("privacy");
  const requests = usePrivacyRequests();
  const [adding, setAdding] = useState(false);
  const [answering, setAnswering] = useState<PrivacyRequest | null>(null);
  const add = (
    <Button size="sm" variant="secondary" onClick={() => setAdding(true)} data-testid="request-add">
      <Plus aria-hidden />
      {t("requestAdd")}
    </Button>
  );
  const sorted = [...(requests.data ?? [])].sort((a, b) => Number(b.status === "open") - Number(a.status === "open") || a.due_on.localeCompare(b.due_on));
  return (
    <Card>
      <CardHeader title={t("requests")} note={t("requestsLaw")} action={add} />
      <Unready query={requests} rows={3} className="py-6" />
      {requests.data?.length === 0 ? <p className="px-5 py-6 text-center text-[0.93rem] text-ink-3">{t("noRequests")}</p> : null}
      <ul className="mt-2 divide-y divide-line">
        {sorted.map((request) => <RequestLine key={request.id} request={request} onAnswer={() => setAnswering(request)} />)}
      </ul>
      <Dialog open={adding} onOpenChange={setAdding} title={t("requestAdd")} description={t("requestAddNote")}>
        <RequestForm onClose={() => setAdding(false)} />
      </Dialog>
      <Dialog open={answering !== null} onOpenChange={(open) => !open && setAnswering(null)} title={t("answerTitle")} description={answering?.detail ?? undefined}>
        {answering ? <AnswerForm request={answering} onClose={() => setAnswering(null)} /> : null}
      </Dialog>
    </Card>
  );
}

function Due({ request }: { request: PrivacyRequest }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  if (request.status !== "open") {
    return <Badge tone={request.status === "answered" ? "good" : "neutral"}>{t(`requestStatus.${request.status}`)}</Badge>;
  }
  const left = daysLeft(request.due_on);
  const tone: Tone = request.overdue ? "bad" : left <= SOON_DAYS ? "warn" : "neutral";
  return (
    <Badge tone={tone}>
      <CalendarClock aria-hidden />
      {request.overdue ? t("overdue", { days: Math.max(1, -left) }) : t("dueOn", { date: format.day(request.due_on), days: left })}
    </Badge>
  );
}

function RequestLine({ request, onAnswer }: { request: PrivacyRequest; onAnswer: () => void }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 py-3" data-testid="request-line">
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {t(`requestKind.${request.kind}`)}
          <Due request={request} />
        </p>
        <p className="text-[0.87rem] break-words text-ink-3">
          {[request.detail, request.answer, format.dateTime(request.created_at)].filter(Boolean).join(" · ")}
          {request.contact_id ? (
            <Link href={`/contacts/${request.contact_id}`} className="ml-2 font-medium text-seal hover:underline">{request.contact_name ?? t("toContact")}</Link>
          ) : null}
        </p>
      </div>
      {request.status === "open" ? (
        <Button size="sm" variant="soft" onClick={onAnswer} data-testid="request-answer">
          <Check aria-hidden />
          {t("answer")}
        </Button>
      ) : null}
    </li>
  );
}

function RequestForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations("privacy");
  const add = useAddRequest();
  const [kind, setKind] = useState<RequestKind>("access");
  const [phone, setPhone] = useState("");
  const [detail, setDetail] = useState("");
  const errors = formErrors(add.error, ["phone", "detail"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { kind, ...(phone.trim() ? { phone: phone.trim() } : {}), ...(detail.trim() ? { detail: detail.trim() } : {}) };
    add.mutate(input, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("requestKindLabel")}>
        <Select value={kind} onValueChange={(next) => setKind(next as RequestKind)} options={KINDS.map((value) => ({ value, label: t(`requestKind.${value}`) }))} data-testid="request-kind" />
      </Field>
      <Field label={t("requestPhone")} error={errors.of("phone")}>
        <Input value={phone} inputMode="tel" onChange={(event) => setPhone(event.target.value)} placeholder="010-1234-5678" data-testid="request-phone" />
      </Field>
      <Field label={t("requestDetail")} error={errors.of("detail")}>
        <Textarea value={detail} onChange={(event) => setDetail(event.target.value)} maxLength={1000} placeholder={t("requestDetailPlaceholder")} className="min-h-20" data-testid="request-detail" />
      </Field>
      <FormFooter error={errors.general} pending={add.isPending} onCancel={onClose} />
    </form>
  );
}

function AnswerForm({ request, onClose }: { request: PrivacyRequest; onClose: () => void }) {
  const t = useTranslations("privacy");
  const send = useAnswerRequest();
  const [status, setStatus] = useState<"answered" | "refused">("answered");
  const [answer, setAnswer] = useState("");
  const errors = formErrors(send.error, ["answer"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate({ id: request.id, status, answer: answer.trim() }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Segmented
        className="justify-self-start"
        label={t("answerTitle")}
        value={status}
        onValueChange={setStatus}
        options={[{ value: "answered", label: t("requestStatus.answered") }, { value: "refused", label: t("requestStatus.refused") }]}
      />
      <Field label={t("answerText")} hint={status === "refused" ? t("refuseHint") : undefined} error={errors.of("answer")}>
        <Textarea value={answer} onChange={(event) => setAnswer(event.target.value)} maxLength={1000} className="min-h-20" data-testid="answer-text" />
      </Field>
      <FormFooter error={errors.general} pending={send.isPending} onCancel={onClose} label={t(status === "refused" ? "refuse" : "answer")} />
    </form>
  );
}
