"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useCarriers, useSaveItem } from "@/lib/settings";
import type { Carrier, CarrierAccount } from "@/lib/types";
import { formErrors, FormFooter } from "./collection";

/** The form asks for what the carrier asks for; the server lists it, so a new carrier needs nothing here. */
export function AccountForm({ account, onClose }: { account?: CarrierAccount; onClose: () => void }) {
  const carriers = useCarriers();
  if (!carriers.data) return <Unready query={carriers} rows={3} />;
  return <Fields carriers={carriers.data} account={account} onClose={onClose} />;
}

function Fields({ carriers, account, onClose }: { carriers: Carrier[]; account?: CarrierAccount; onClose: () => void }) {
  const t = useTranslations();
  const save = useSaveItem<Record<string, unknown>>("/carrier-accounts");
  const [carrier, setCarrier] = useState(account?.carrier ?? carriers[0]?.carrier ?? "");
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [rate, setRate] = useState(String(account?.messages_per_second ?? 50));
  const fields = carriers.find((one) => one.carrier === carrier)?.fields ?? [];
  const errors = formErrors(save.error, [...fields.map((field) => field.name), "messages_per_second"]);
  const given = Object.fromEntries(fields.map(({ name }) => [name, (credentials[name] ?? "").trim()]).filter(([, value]) => value));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const pace = { messages_per_second: Number(rate) };
    const input = account
      ? { ...pace, ...(Object.keys(given).length ? { credentials: given } : {}) }
      : { carrier, credentials: given, ...pace };
    save.mutate({ id: account?.id, input }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate autoComplete="off" className="grid gap-4">
      {account ? null : (
        <Field label={t("carriers.carrier")}>
          <Select value={carrier} onValueChange={setCarrier} options={carriers.map((one) => ({ value: one.carrier, label: one.name }))} data-testid="carrier-select" />
        </Field>
      )}
      {account && fields.length > 0 ? <p className="text-[0.85rem] text-ink-3">{t("carriers.keepSecrets")}</p> : null}
      {fields.map((field) => (
        <Field key={`${carrier}-${field.name}`} label={field.label} error={errors.of(field.name)} optional={field.required ? undefined : t("common.optional")}>
          <Input
            type={field.secret ? "password" : "text"}
            autoComplete="new-password"
            value={credentials[field.name] ?? ""}
            onChange={(event) => setCredentials({ ...credentials, [field.name]: event.target.value })}
            data-testid={`carrier-${field.name}`}
          />
        </Field>
      ))}
      <Field label={t("carriers.rate")} hint={t("carriers.rateHint")} error={errors.of("messages_per_second")}>
        <Input inputMode="numeric" value={rate} onChange={(event) => setRate(event.target.value.replace(/\D/g, ""))} data-testid="carrier-rate" />
      </Field>
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} label={account ? undefined : t("carriers.create")} />
    </form>
  );
}
