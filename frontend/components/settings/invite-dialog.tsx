"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { ChoiceCards } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useCan } from "@/lib/session";
import { useInvite } from "@/lib/settings";
import type { Role } from "@/lib/types";
import { formErrors, FormFooter } from "./collection";

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("members");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("invite")} description={t("inviteNote")}>
      <InviteForm onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations();
  const { own } = useCan();
  const invite = useInvite();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("staff");
  const errors = formErrors(invite.error, ["name", "email", "role"]);
  const roles: Role[] = own ? ["staff", "admin", "owner"] : ["staff", "admin"];
  if (invite.data) return <Invited name={name} url={invite.data.invitation_url} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ name: name.trim(), email: email.trim(), role });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("auth.name")} error={errors.of("name")}>
        <Input value={name} onChange={(event) => setName(event.target.value)} data-testid="invite-name" />
      </Field>
      <Field label={t("auth.email")} error={errors.of("email")}>
        <Input type="email" value={email} onChange={(event) => setEmail(event.target.value)} data-testid="invite-email" />
      </Field>
      <div>
        <p className="mb-1.5 text-[0.87rem] font-medium text-ink-2">{t("members.role")}</p>
        <ChoiceCards
          label={t("members.role")}
          value={role}
          onValueChange={setRole}
          options={roles.map((value) => ({ value, title: t(`role.${value}`), note: t(`members.${value}Note`) }))}
        />
      </div>
      <FormFooter error={errors.general} pending={invite.isPending} onCancel={onClose} label={t("members.send")} />
    </form>
  );
}

function Invited({ name, url, onClose }: { name: string; url: string; onClose: () => void }) {
  const t = useTranslations();
  return (
    <div className="grid gap-4">
      <Notice tone="good">{t("members.inviteDone", { name })}</Notice>
      <CopyField label={t("members.inviteLink")} value={url} testId="invitation-url" />
      <Button className="justify-self-end" onClick={onClose}>{t("common.close")}</Button>
    </div>
  );
}
