"use client";

import { Cable, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { ArtSend } from "@/components/art";
import { Badge, Dot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import { useCarrierAccounts, useSaveItem } from "@/lib/settings";
import type { CarrierAccount } from "@/lib/types";
import { CollectionScreen, formErrors, FormFooter, ItemActions } from "./collection";

export function CarriersScreen() {
  const t = useTranslations("carriers");
  const { manage } = useCan();
  const accounts = useCarrierAccounts();
  const [creating, setCreating] = useState(false);
  const add = manage ? (
    <Button onClick={() => setCreating(true)} data-testid="carrier-create">
      <Plus aria-hidden />
      {t("create")}
    </Button>
  ) : undefined;
  return (
    <>
      <CollectionScreen title={t("title")} note={t("note")} action={add} query={accounts} empty={{ art: <ArtSend />, title: t("emptyTitle"), note: t("emptyNote") }}>
        {(items) => (
          <ul className="grid gap-4 *:min-w-0 lg:grid-cols-2">
            {items.map((account) => <li key={account.id}><AccountCard account={account} manage={manage} /></li>)}
          </ul>
        )}
      </CollectionScreen>
      <Dialog open={creating} onOpenChange={setCreating} title={t("create")} description={t("createNote")}>
        <AccountForm onClose={() => setCreating(false)} />
      </Dialog>
    </>
  );
}

function AccountCard({ account, manage }: { account: CarrierAccount; manage: boolean }) {
  const t = useTranslations("carriers");
  const format = useFormat();
  const simulated = account.carrier === "simulator";
  const name = simulated || account.carrier === "solapi" ? t(account.carrier as "solapi" | "simulator") : account.carrier;
  return (
    <Card className="p-5">
      <div className="flex items-start gap-3.5">
        <span className="grid size-11 shrink-0 place-items-center rounded-full bg-seal-soft text-seal-soft-ink">
          <Cable className="size-5" aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <p className="text-lg font-semibold">{name}</p>
          <p className="flex flex-wrap items-center gap-2 text-[0.87rem] text-ink-3">
            <Badge tone={simulated ? "persimmon" : "good"}><Dot tone={simulated ? "persimmon" : "good"} />{t("connected")}</Badge>
            {t("rateValue", { count: format.number(account.messages_per_second) })}
          </p>
        </div>
        {manage ? <ItemActions path="/carrier-accounts" id={account.id} name={name} confirmTitle={t("deleteTitle")} confirmNote={t("deleteNote")} /> : null}
      </div>
      <div className="mt-5 grid gap-3">
        <h3 className="text-[0.87rem] font-medium text-ink-2">{t("hooks")}</h3>
        <CopyField label={t("reports")} value={account.hooks.reports} />
        <CopyField label={t("inbound")} value={account.hooks.inbound} />
      </div>
    </Card>
  );
}

const SECRETS = [["api_key", "apiKey"], ["api_secret", "apiSecret"], ["webhook_secret", "webhookSecret"]] as const;

function AccountForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations("carriers");
  const save = useSaveItem<unknown>("/carrier-accounts");
  const [credentials, setCredentials] = useState({ api_key: "", api_secret: "", webhook_secret: "" });
  const [rate, setRate] = useState("50");
  const errors = formErrors(save.error, ["api_key", "api_secret", "webhook_secret", "messages_per_second"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { carrier: "solapi", credentials, messages_per_second: Number(rate) };
    save.mutate({ input }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate autoComplete="off" className="grid gap-4">
      <p className="rounded-lg bg-sunken px-4 py-2.5 font-medium">{t("solapi")}</p>
      {SECRETS.map(([key, label]) => (
        <Field key={key} label={t(label)} error={errors.of(key)}>
          <Input
            type={key === "api_key" ? "text" : "password"}
            autoComplete="new-password"
            value={credentials[key]}
            onChange={(event) => setCredentials({ ...credentials, [key]: event.target.value })}
            data-testid={`carrier-${key}`}
          />
        </Field>
      ))}
      <Field label={t("rate")} error={errors.of("messages_per_second")}>
        <Input inputMode="numeric" value={rate} onChange={(event) => setRate(event.target.value)} />
      </Field>
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} label={t("create")} />
    </form>
  );
}
