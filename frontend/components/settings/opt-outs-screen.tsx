"use client";

import { BellRing, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { ArtQuiet } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Dialog } from "@/components/ui/dialog";
import { Empty, Failure, SkeletonRows } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { useFormat } from "@/lib/format";
import { useDeleteItem, useOptOutReason, useOptOuts, useSaveItem } from "@/lib/settings";
import type { OptOut } from "@/lib/types";
import { formErrors, FormFooter } from "./collection";

export function OptOutsScreen() {
  const t = useTranslations();
  const optOuts = useOptOuts();
  const [creating, setCreating] = useState(false);
  const [lifting, setLifting] = useState<OptOut | null>(null);
  const columns = useColumns(setLifting);
  const items = optOuts.data?.pages.flatMap((page) => page.items) ?? [];
  const add = (
    <Button onClick={() => setCreating(true)} data-testid="opt-out-create">
      <Plus aria-hidden />
      {t("optOuts.create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("optOuts.title")} note={t("optOuts.note")} actions={add} />
      <Card>
        {optOuts.isPending ? <SkeletonRows rows={4} /> : null}
        {optOuts.isError && !optOuts.data ? <Failure error={optOuts.error} onRetry={() => optOuts.refetch()} /> : null}
        {optOuts.data && items.length === 0 ? <Empty art={<ArtQuiet />} title={t("optOuts.emptyTitle")} note={t("optOuts.emptyNote")} action={add} /> : null}
        {items.length > 0 ? (
          <DataTable caption={t("optOuts.title")} columns={columns} rows={items} rowId={(item) => item.id} card={(item) => <OptOutCard item={item} onLift={() => setLifting(item)} />} />
        ) : null}
      </Card>
      {optOuts.hasNextPage ? (
        <Button variant="secondary" className="mt-4" loading={optOuts.isFetchingNextPage} onClick={() => optOuts.fetchNextPage()}>{t("common.more")}</Button>
      ) : null}
      <Dialog open={creating} onOpenChange={setCreating} title={t("optOuts.create")} description={t("optOuts.createNote")}>
        <OptOutForm onClose={() => setCreating(false)} />
      </Dialog>
      <LiftConfirm item={lifting} onClose={() => setLifting(null)} />
    </>
  );
}

function LiftButton({ onLift }: { onLift: () => void }) {
  const t = useTranslations("optOuts");
  return (
    <Button variant="ghost" size="sm" onClick={onLift}>
      <BellRing aria-hidden />
      {t("lift")}
    </Button>
  );
}

function useColumns(onLift: (item: OptOut) => void): Column<OptOut>[] {
  const t = useTranslations("optOuts");
  const format = useFormat();
  const reasonOf = useOptOutReason();
  return [
    { id: "value", header: t("value"), cell: ({ row }) => <span className="font-medium">{row.original.value_masked ?? "–"}</span> },
    { id: "reason", header: t("reason"), cell: ({ row }) => reasonOf(row.original.reason ?? "") },
    { id: "when", header: t("when"), cell: ({ row }) => <span className="text-ink-3">{format.dateTime(row.original.created_at)}</span> },
    { id: "lift", header: "", cell: ({ row }) => <span className="flex justify-end"><LiftButton onLift={() => onLift(row.original)} /></span> },
  ];
}

function OptOutCard({ item, onLift }: { item: OptOut; onLift: () => void }) {
  const format = useFormat();
  const reasonOf = useOptOutReason();
  return (
    <div className="flex items-center justify-between gap-3 px-4 py-3">
      <div>
        <p className="font-medium">{item.value_masked ?? "–"}</p>
        <p className="text-[0.85rem] text-ink-3">{[reasonOf(item.reason ?? ""), format.dateTime(item.created_at)].filter(Boolean).join(" · ")}</p>
      </div>
      <LiftButton onLift={onLift} />
    </div>
  );
}

function LiftConfirm({ item, onClose }: { item: OptOut | null; onClose: () => void }) {
  const t = useTranslations("optOuts");
  const lift = useDeleteItem("/opt-outs");
  const confirm = () =>
    item && lift.mutate(item.id, { onSuccess: () => toast.success(t("lifted")), onSettled: onClose });
  return (
    <Confirm
      open={item !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t("liftTitle")}
      description={t("liftNote", { value: item?.value_masked ?? "" })}
      confirmLabel={t("lift")}
      pending={lift.isPending}
      onConfirm={confirm}
    />
  );
}

function OptOutForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations("optOuts");
  const save = useSaveItem<{ phone: string; reason?: string }>("/opt-outs");
  const [phone, setPhone] = useState("");
  const [reason, setReason] = useState("");
  const errors = formErrors(save.error, ["phone", "reason"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { phone: phone.trim(), ...(reason.trim() ? { reason: reason.trim() } : {}) };
    save.mutate({ input }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("phone")} error={errors.of("phone")}>
        <Input value={phone} inputMode="tel" onChange={(event) => setPhone(event.target.value)} placeholder="010-1234-5678" data-testid="opt-out-phone" />
      </Field>
      <Field label={t("reason")} error={errors.of("reason")}>
        <Input value={reason} onChange={(event) => setReason(event.target.value)} placeholder={t("reasonPlaceholder")} />
      </Field>
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} />
    </form>
  );
}
