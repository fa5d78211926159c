"use client";

import { MessageCircleMore, Phone, Plus, ShieldCheck } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { ArtPhone } from "@/components/art";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import { useSaveItem, useSenders } from "@/lib/settings";
import type { Sender } from "@/lib/types";
import { CollectionScreen, formErrors, FormFooter, ItemActions } from "./collection";

export function SendersScreen() {
  const t = useTranslations("senders");
  const { manage } = useCan();
  const senders = useSenders();
  const [editing, setEditing] = useState<Sender | "new" | null>(null);
  const add = manage ? (
    <Button onClick={() => setEditing("new")} data-testid="sender-create">
      <Plus aria-hidden />
      {t("create")}
    </Button>
  ) : undefined;
  return (
    <>
      <CollectionScreen title={t("title")} note={t("note")} action={add} query={senders} empty={{ art: <ArtPhone />, title: t("emptyTitle"), note: t("emptyNote") }}>
        {(items) => (
          <ul className="grid gap-3 *:min-w-0 md:grid-cols-2 xl:grid-cols-3">
            {items.map((sender) => (
              <li key={sender.id}>
                <SenderCard sender={sender} onEdit={manage ? () => setEditing(sender) : undefined} />
              </li>
            ))}
          </ul>
        )}
      </CollectionScreen>
      <Dialog open={editing !== null} onOpenChange={(open) => !open && setEditing(null)} title={t(editing === "new" ? "create" : "editTitle")} description={t("createNote")}>
        {editing ? <SenderForm sender={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} /> : null}
      </Dialog>
    </>
  );
}

function SenderCard({ sender, onEdit }: { sender: Sender; onEdit?: () => void }) {
  const t = useTranslations("senders");
  const format = useFormat();
  const kakao = sender.kind === "kakao_channel";
  const Icon = kakao ? MessageCircleMore : Phone;
  return (
    <Card className="flex h-full items-start gap-3.5 p-5">
      <span className={kakao ? "grid size-11 shrink-0 place-items-center rounded-full bg-[#fae64d] text-[#3b2f00]" : "grid size-11 shrink-0 place-items-center rounded-full bg-seal-soft text-seal-soft-ink"}>
        <Icon className="size-5" aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate text-[0.87rem] text-ink-3">{sender.label || t(sender.kind)}</p>
        <p className="truncate text-lg font-semibold">{sender.value}</p>
        <p className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.82rem] text-ink-3">
          {kakao ? null : sender.reported_on ? (
            <Badge tone="good"><ShieldCheck aria-hidden />{t("reportedOn")} {format.date(sender.reported_on)}</Badge>
          ) : (
            <Badge>{t("notReported")}</Badge>
          )}
          {sender.registered_on ? <span>{t("registeredOn")} {format.date(sender.registered_on)}</span> : null}
        </p>
      </div>
      {onEdit ? (
        <ItemActions path="/senders" id={sender.id} name={sender.value} onEdit={onEdit} confirmTitle={t("deleteTitle")} confirmNote={t("deleteNote", { value: sender.value })} />
      ) : null}
    </Card>
  );
}

function SenderForm({ sender, onClose }: { sender?: Sender; onClose: () => void }) {
  const t = useTranslations();
  const save = useSaveItem<Record<string, string | null>>("/senders");
  const [kind, setKind] = useState<Sender["kind"]>(sender?.kind ?? "phone");
  const [value, setValue] = useState(sender?.value ?? "");
  const [label, setLabel] = useState(sender?.label ?? "");
  const [registered, setRegistered] = useState(sender?.registered_on ?? "");
  const [reported, setReported] = useState(sender?.reported_on ?? "");
  const errors = formErrors(save.error, ["value", "label", "registered_on", "reported_on"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = {
      kind, value: value.trim(), label: label.trim(), carrier: sender?.carrier ?? null,
      registered_on: registered || null, reported_on: kind === "phone" ? reported || null : null,
    };
    save.mutate({ id: sender?.id, input }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {sender ? null : (
        <Segmented label={t("senders.kind")} value={kind} onValueChange={setKind} className="justify-self-start" options={[{ value: "phone", label: t("senders.phone") }, { value: "kakao_channel", label: t("senders.kakao_channel"), testId: "sender-kind-kakao" }]} />
      )}
      <Field label={t(kind === "phone" ? "senders.value" : "senders.channelValue")} error={errors.of("value")}>
        <Input value={value} onChange={(event) => setValue(event.target.value)} placeholder={kind === "phone" ? "02-1234-5678" : "KA01PF…"} data-testid="sender-value" />
      </Field>
      <Field label={t("senders.label")} hint={t("senders.labelHint")} optional={t("common.optional")} error={errors.of("label")}>
        <Input value={label} onChange={(event) => setLabel(event.target.value)} data-testid="sender-label" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("senders.registeredOn")} optional={t("common.optional")} error={errors.of("registered_on")}>
          <Input type="date" value={registered} onChange={(event) => setRegistered(event.target.value)} />
        </Field>
        {kind === "phone" ? (
          <Field label={t("senders.reportedOn")} optional={t("common.optional")} error={errors.of("reported_on")}>
            <Input type="date" value={reported} onChange={(event) => setReported(event.target.value)} />
          </Field>
        ) : null}
      </div>
      {kind === "phone" ? <p className="text-[0.82rem] text-ink-3">{t("senders.reportedHint")}</p> : null}
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} />
    </form>
  );
}
