"use client";

import { BellOff, Cable, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtSend } from "@/components/art";
import { Badge, Dot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import { useCarrierAccounts, useCarriers } from "@/lib/settings";
import type { CarrierAccount } from "@/lib/types";
import { AccountForm } from "./account-form";
import { AccountTest } from "./account-test";
import { CollectionScreen, ItemActions } from "./collection";
import { Prices } from "./price-form";

export function CarriersScreen() {
  const t = useTranslations("carriers");
  const { manage } = useCan();
  const accounts = useCarrierAccounts();
  const [editing, setEditing] = useState<CarrierAccount | "new" | null>(null);
  const add = manage ? (
    <Button onClick={() => setEditing("new")} data-testid="carrier-create">
      <Plus aria-hidden />
      {t("create")}
    </Button>
  ) : undefined;
  return (
    <>
      <CollectionScreen title={t("title")} note={t("note")} action={add} query={accounts} empty={{ art: <ArtSend />, title: t("emptyTitle"), note: t("emptyNote") }}>
        {(items) => (
          <ul className="grid gap-4 *:min-w-0 lg:grid-cols-2">
            {items.map((account) => <li key={account.id}><AccountCard account={account} manage={manage} onEdit={() => setEditing(account)} /></li>)}
          </ul>
        )}
      </CollectionScreen>
      <Dialog open={editing !== null} onOpenChange={(open) => !open && setEditing(null)} title={t(editing === "new" ? "create" : "editTitle")} description={t("createNote")}>
        {editing ? <AccountForm account={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} /> : null}
      </Dialog>
    </>
  );
}

function AccountCard({ account, manage, onEdit }: { account: CarrierAccount; manage: boolean; onEdit: () => void }) {
  const t = useTranslations("carriers");
  const format = useFormat();
  const simulated = account.carrier === "simulator";
  const tone = account.state !== "closed" ? "warn" : simulated ? "persimmon" : "good";
  const known = useCarriers(manage).data?.find((one) => one.carrier === account.carrier);
  const name = simulated ? t("simulator") : (known?.name ?? account.carrier);
  return (
    <Card className="p-5">
      <div className="flex items-start gap-3.5">
        <span className="grid size-11 shrink-0 place-items-center rounded-full bg-seal-soft text-seal-soft-ink">
          <Cable className="size-5" aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <p className="text-lg font-semibold">{name}</p>
          <p className="flex flex-wrap items-center gap-2 text-[0.87rem] text-ink-3">
            <Badge tone={tone}><Dot tone={tone} />{t(`state.${account.state}`)}</Badge>
            {t("rateValue", { count: format.number(account.messages_per_second) })}
            {account.created_at ? <span>{t("addedAt", { at: format.dateTime(account.created_at) })}</span> : null}
          </p>
        </div>
        {manage ? <ItemActions path="/carrier-accounts" id={account.id} name={name} onEdit={onEdit} confirmTitle={t("deleteTitle")} confirmNote={t("deleteNote")} /> : null}
      </div>
      <div className="mt-5 grid gap-4">
        {manage && !simulated ? <AccountTest id={account.id} /> : null}
        <Prices account={account} manage={manage} />
        {account.unheard ? (
          <div role="alert" data-testid="carrier-unheard">
            <Notice tone="warn" icon={<BellOff aria-hidden />}>{t("unheard", { count: format.number(account.unheard) })}</Notice>
          </div>
        ) : null}
        <h3 className="text-[0.87rem] font-medium text-ink-2">{t("hooks")}</h3>
        <CopyField label={t("reports")} value={account.hooks.reports} />
        <CopyField label={t("inbound")} value={account.hooks.inbound} />
      </div>
    </Card>
  );
}
