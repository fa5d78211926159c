"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { ApiError } from "@/lib/api";
import { changedFields, toInput, useSaveContact } from "@/lib/contacts";
import type { ContactDetail, ContactInput } from "@/lib/types";
import { CustomInputs } from "./custom-inputs";
import { MultiInput } from "./multi-input";
import { TagEditor } from "./tag-editor";

interface ContactFormDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  contact?: ContactDetail;
  onSaved?: (id: string) => void;
}

const BLANK: ContactInput = { name: "", phones: [], emails: [], kakao_ids: [], tags: [], address: "", note: "", custom: {} };

export function ContactFormDialog({ open, onOpenChange, contact, onSaved }: ContactFormDialogProps) {
  const t = useTranslations("contacts");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t(contact ? "editTitle" : "create")} description={contact ? undefined : t("createNote")}>
      <ContactForm
        contact={contact}
        onCancel={() => onOpenChange(false)}
        onSaved={(id) => {
          onOpenChange(false);
          onSaved?.(id);
        }}
      />
    </Dialog>
  );
}

/** The server names list entries `phones.0`; the message belongs under the list. */
function fieldError(error: Error | null, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.details.find((detail) => detail.field === field || detail.field?.startsWith(`${field}.`) || detail.field?.startsWith(`${field}[`))?.message;
}

const dropBlank = (values: string[]) => values.map((value) => value.trim()).filter(Boolean);

function ContactForm({ contact, onCancel, onSaved }: { contact?: ContactDetail; onCancel: () => void; onSaved: (id: string) => void }) {
  const t = useTranslations();
  const save = useSaveContact(contact?.id);
  const [form, setForm] = useState<ContactInput>(contact ? toInput(contact) : BLANK);
  const set = (part: Partial<ContactInput>) => setForm({ ...form, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { ...form, phones: dropBlank(form.phones), emails: dropBlank(form.emails), kakao_ids: dropBlank(form.kakao_ids) };
    save.mutate(contact ? changedFields(toInput(contact), input) : input, {
      onSuccess: (saved) => {
        toast.success(t(contact ? "common.saved" : "contacts.created"));
        onSaved(saved.id);
      },
    });
  };
  const known = ["name", "phones", "emails", "kakao_ids", "address", "note", "custom"];
  const general = save.error && !known.some((field) => fieldError(save.error, field)) ? save.error.message : null;
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("contacts.name")} error={fieldError(save.error, "name")}>
        <Input value={form.name} onChange={(event) => set({ name: event.target.value })} data-testid="contact-form-name" />
      </Field>
      <MultiInput label={t("contacts.phone")} addLabel={t("contacts.addPhone")} values={form.phones} onChange={(phones) => set({ phones })} inputMode="tel" error={fieldError(save.error, "phones")} testId="contact-form-phone" />
      <MultiInput label={t("contacts.email")} addLabel={t("contacts.addEmail")} values={form.emails} onChange={(emails) => set({ emails })} inputMode="email" error={fieldError(save.error, "emails")} testId="contact-form-email" />
      <MultiInput label={t("contacts.kakao")} addLabel={t("contacts.addKakao")} values={form.kakao_ids} onChange={(kakao_ids) => set({ kakao_ids })} error={fieldError(save.error, "kakao_ids")} testId="contact-form-kakao" />
      <div className="grid gap-1.5">
        <span className="text-[0.87rem] font-medium text-ink-2">{t("contacts.tags")}</span>
        <TagEditor tags={form.tags} onChange={(tags) => set({ tags })} testId="contact-form-tags" />
      </div>
      <Field label={t("contacts.address")} optional={t("common.optional")} error={fieldError(save.error, "address")}>
        <Input value={form.address} onChange={(event) => set({ address: event.target.value })} />
      </Field>
      <Field label={t("contacts.note")} optional={t("common.optional")} error={fieldError(save.error, "note")}>
        <Textarea value={form.note} onChange={(event) => set({ note: event.target.value })} className="min-h-20" />
      </Field>
      <CustomInputs values={form.custom} onChange={(custom) => set({ custom })} error={fieldError(save.error, "custom")} />
      {general ? <p role="alert" className="text-[0.9rem] text-bad-ink">{general}</p> : null}
      <DialogFooter>
        <Button variant="secondary" onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" loading={save.isPending} data-testid="contact-form-save">{t("common.save")}</Button>
      </DialogFooter>
    </form>
  );
}
