"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useFormat } from "@/lib/format";
import { useSaveItem } from "@/lib/settings";
import type { CarrierAccount, MessageKind } from "@/lib/types";

const KINDS: MessageKind[] = ["sms", "lms", "mms", "alimtalk", "brand"];
const PRICE = /^\d{1,6}$/;

/** What the camp and its carrier agreed on: estimates and spend are counted by it. */
export function Prices({ account, manage }: { account: CarrierAccount; manage: boolean }) {
  const t = useTranslations();
  const format = useFormat();
  const [editing, setEditing] = useState(false);
  return (
    <div data-testid="carrier-prices">
      <p className="flex items-center justify-between gap-3">
        <span className="text-[0.87rem] font-medium text-ink-2">{t("carriers.prices")}</span>
        {manage && !editing ? <Button variant="ghost" size="sm" onClick={() => setEditing(true)} data-testid="prices-edit">{t("common.edit")}</Button> : null}
      </p>
      {editing ? (
        <PriceForm account={account} onClose={() => setEditing(false)} />
      ) : (
        <dl className="mt-1 flex flex-wrap gap-x-5 gap-y-1.5 text-[0.87rem]">
          {KINDS.map((kind) => (
            <div key={kind} className="flex gap-1.5">
              <dt className="text-ink-3">{t(`kind.${kind}`)}</dt>
              <dd className="font-semibold">{format.won(account.prices[kind])}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function PriceForm({ account, onClose }: { account: CarrierAccount; onClose: () => void }) {
  const t = useTranslations();
  const save = useSaveItem<{ prices: Record<string, number> }>("/carrier-accounts");
  const [prices, setPrices] = useState(() => Object.fromEntries(KINDS.map((kind) => [kind, String(account.prices[kind])])));
  const valid = KINDS.every((kind) => PRICE.test(prices[kind] ?? ""));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { prices: Object.fromEntries(KINDS.map((kind) => [kind, Number(prices[kind])])) };
    const saved = () => {
      toast.success(t("common.saved"));
      onClose();
    };
    save.mutate({ id: account.id, input }, { onSuccess: saved, onError: (error) => toast.error(error.message) });
  };
  return (
    <form onSubmit={submit} className="mt-2 grid gap-3">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {KINDS.map((kind) => (
          <Field key={kind} label={t(`kind.${kind}`)}>
            <Input inputMode="numeric" value={prices[kind]} onChange={(event) => setPrices({ ...prices, [kind]: event.target.value.replace(/\D/g, "").slice(0, 6) })} data-testid={`price-${kind}`} />
          </Field>
        ))}
      </div>
      <p className="text-[0.82rem] text-ink-3">{t("carriers.pricesNote")}</p>
      <div className="flex justify-end gap-2">
        <Button variant="secondary" size="sm" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" size="sm" disabled={!valid} loading={save.isPending} data-testid="prices-save">{t("common.save")}</Button>
      </div>
    </form>
  );
}
