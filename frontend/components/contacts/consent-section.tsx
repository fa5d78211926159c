"use client";

import { FileCheck2, Plus, ShieldX } from "lucide-react";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { FormFooter, formErrors } from "@/components/settings/collection";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Checkbox } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useAddOptOut } from "@/lib/opt-outs";
import { useAddConsent, useConsents, useWithdrawConsent, type Consent, type ConsentOffer } from "@/lib/privacy";
import { useCan } from "@/lib/session";
import type { ContactDetail } from "@/lib/types";
import { useConsentWords } from "@/components/privacy/words";
import { ConsentState } from "./consent-state";
import { EraseDialog } from "./erase-dialog";

export const CONSENT_PURPOSES = ["processing", "sensitive", "advertising", "night_advertising", "third_party"] as const;
export const CONSENT_METHODS = ["paper", "web", "phone", "email", "kakao", "other"] as const;
export const CONSENT_CHANNELS = ["all", "sms", "kakao", "email", "phone"] as const;

/** What the person agreed to: which text, when, how, and whether it was taken back. */
export function ConsentSection({ contact, onGone }: { contact: ContactDetail; onGone: () => void }) {
  const t = useTranslations("privacy");
  const contactId = contact.id;
  const consents = useConsents(contactId);
  const [erasing, setErasing] = useState(false);
  const [adding, setAdding] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Consent | null>(null);
  const add = (
    <Button variant="secondary" size="sm" onClick={() => setAdding(true)} data-testid="consent-add">
      <Plus aria-hidden />
      {t("consentAdd")}
    </Button>
  );
  return (
    <Card data-testid="contact-consents">
      <CardHeader title={t("consents")} note={t("consentsLaw")} action={add} />
      <div className="px-5 pt-1 pb-4">
        <Unready query={consents} skeleton={<Skeleton className="h-12" />} className="py-4" />
        {consents.data?.length === 0 ? <p className="text-[0.9rem] text-ink-3">{t("noConsents")}</p> : null}
        <ul className="divide-y divide-line">
          {consents.data?.map((consent) => <ConsentLine key={consent.id} consent={consent} onWithdraw={() => setWithdrawing(consent)} />)}
        </ul>
      </div>
      <Dialog open={adding} onOpenChange={setAdding} title={t("consentAdd")} description={t("consentAddNote")}>
        <ConsentForm contactId={contactId} onClose={() => setAdding(false)} />
      </Dialog>
      <WithdrawConfirm contactId={contactId} consent={withdrawing} onClose={() => setWithdrawing(null)} onErase={() => setErasing(true)} />
      <EraseDialog contact={contact} open={erasing} onClose={() => setErasing(false)} onGone={onGone} />
    </Card>
  );
}

function ConsentLine({ consent, onWithdraw }: { consent: Consent; onWithdraw: () => void }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  const words = useConsentWords();
  return (
    <li className="flex items-start gap-3 py-3">
      <FileCheck2 className="mt-1 size-4 shrink-0 text-ink-3" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {words.purpose(consent.purpose)}
          <ConsentState consent={consent} />
        </p>
        <p className="text-[0.85rem] text-ink-3">
          {[words.channel(consent.channel), words.method(consent.method), format.date(consent.given_at)].join(" · ")}
        </p>
        {consent.text ? <p className="mt-1 text-[0.87rem] text-ink-2">“{consent.text}”</p> : null}
      </div>
      {consent.withdrawn_at ?? consent.ended_at ? null : (
        <Button variant="danger-ghost" size="sm" onClick={onWithdraw} data-testid="consent-withdraw">
          <ShieldX aria-hidden />
          {t("withdraw")}
        </Button>
      )}
    </li>
  );
}

const OFFER_MS = 20_000;

/** What the law asks for next, in the server's words and with the button that does it. */
function useOffers(contactId: string, onErase: () => void) {
  const t = useTranslations();
  const { manage } = useCan();
  const optOut = useAddOptOut();
  const offer = (message: string, label: string, onClick: () => void) => toast.info(message, { action: { label, onClick }, duration: OFFER_MS });
  const refuse = () => optOut.mutate({ contact_id: contactId, channel: "all" }, {
    onSuccess: () => toast.success(t("common.saved")),
    onError: (error) => toast.error(error.message),
  });
  return (offers: ConsentOffer[], optedOut: boolean) => {
    for (const { action, message } of offers) {
      if (action === "opt_out" && !optedOut) offer(message, t("optOuts.create"), refuse);
      if (action === "erase" && manage) offer(message, t("privacy.erase"), onErase);
      if (action === "erase" && !manage) toast.info(t("privacy.eraseByManager"), { duration: OFFER_MS });
    }
  };
}

interface WithdrawConfirmProps {
  contactId: string;
  consent: Consent | null;
  onClose: () => void;
  onErase: () => void;
}

function WithdrawConfirm({ contactId, consent, onClose, onErase }: WithdrawConfirmProps) {
  const t = useTranslations("privacy");
  const withdraw = useWithdrawConsent(contactId);
  const makeOffers = useOffers(contactId, onErase);
  const [optOut, setOptOut] = useState(true);
  const confirm = () =>
    consent && withdraw.mutate({ consentId: consent.id, optOut }, {
      onSuccess: ({ offers }) => makeOffers(offers, optOut),
      onSettled: onClose,
    });
  return (
    <Confirm
      open={consent !== null}
      onOpenChange={(open) => !open && onClose()}
      danger
      title={t("withdrawTitle")}
      description={t("withdrawNote")}
      confirmLabel={t("withdraw")}
      pending={withdraw.isPending}
      onConfirm={confirm}
      testId="consent-withdraw-confirm"
    >
      <label className="mt-4 flex items-center gap-2.5 text-[0.93rem]">
        <Checkbox checked={optOut} onCheckedChange={(value) => setOptOut(value === true)} data-testid="consent-withdraw-opt-out" />
        {t("withdrawOptOut")}
      </label>
    </Confirm>
  );
}

const today = (): string => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(new Date());

function ConsentForm({ contactId, onClose }: { contactId: string; onClose: () => void }) {
  const t = useTranslations("privacy");
  const words = useConsentWords();
  const add = useAddConsent(contactId);
  const [form, setForm] = useState({ purpose: "processing", channel: "all", method: "paper", given: today(), text: "", evidence: "" });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const errors = formErrors(add.error, ["text", "given_at", "evidence"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { given, text, evidence, ...rest } = form;
    const input = { ...rest, text: text.trim(), given_at: `${given}T00:00:00+09:00`, ...(evidence.trim() ? { evidence: evidence.trim() } : {}) };
    add.mutate(input, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("purpose")}>
        <Select value={form.purpose} onValueChange={(purpose) => set({ purpose })} options={CONSENT_PURPOSES.map((value) => ({ value, label: words.purpose(value) }))} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={t("channel")}>
          <Select value={form.channel} onValueChange={(channel) => set({ channel })} options={CONSENT_CHANNELS.map((value) => ({ value, label: words.channel(value) }))} />
        </Field>
        <Field label={t("method")}>
          <Select value={form.method} onValueChange={(method) => set({ method })} options={CONSENT_METHODS.map((value) => ({ value, label: words.method(value) }))} />
        </Field>
        <Field label={t("givenAt")} error={errors.of("given_at")}>
          <Input type="date" value={form.given} max={today()} onChange={(event) => set({ given: event.target.value })} />
        </Field>
      </div>
      <Field label={t("consentText")} hint={t("consentTextHint")} error={errors.of("text")}>
        <Textarea value={form.text} onChange={(event) => set({ text: event.target.value })} className="min-h-24" data-testid="consent-text" />
      </Field>
      <Field label={t("evidence")} error={errors.of("evidence")}>
        <Input value={form.evidence} onChange={(event) => set({ evidence: event.target.value })} placeholder={t("evidencePlaceholder")} />
      </Field>
      <FormFooter error={errors.general} pending={add.isPending} onCancel={onClose} />
    </form>
  );
}
