"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { formErrors, FormFooter } from "@/components/settings/collection";
import { Segmented } from "@/components/ui/controls";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { OPT_OUT_CHANNELS, useAddOptOut, type OptOutChannel } from "@/lib/opt-outs";

const KINDS = ["phone", "email", "kakao_id"] as const;
type Kind = (typeof KINDS)[number];
const CHANNELS_OF: Record<Kind, OptOutChannel[]> = { phone: ["all", "sms", "kakao"], email: ["all", "email"], kakao_id: ["all", "kakao"] };
const EXAMPLE: Record<Kind, string> = { phone: "010-1234-5678", email: "name@example.com", kakao_id: "kakao_id" };

export function OptOutForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations("optOuts");
  const add = useAddOptOut();
  const [kind, setKind] = useState<Kind>("phone");
  const [value, setValue] = useState("");
  const [channel, setChannel] = useState<OptOutChannel>("all");
  const [reason, setReason] = useState("");
  const errors = formErrors(add.error, [kind, "reason"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { [kind]: value.trim(), channel, ...(reason.trim() ? { reason: reason.trim() } : {}) };
    add.mutate(input, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Segmented
        className="justify-self-start"
        label={t("kind")}
        value={kind}
        onValueChange={(next) => {
          setKind(next);
          setChannel("all");
        }}
        options={KINDS.map((each) => ({ value: each, label: t(`kinds.${each}`), testId: `opt-out-kind-${each}` }))}
      />
      <Field label={t(`kinds.${kind}`)} error={errors.of(kind)}>
        <Input value={value} inputMode={kind === "phone" ? "tel" : "email"} onChange={(event) => setValue(event.target.value)} placeholder={EXAMPLE[kind]} data-testid={`opt-out-${kind}`} />
      </Field>
      <Field label={t("channel")} hint={t("channelHint")}>
        <Select
          value={channel}
          onValueChange={(next) => setChannel(next as OptOutChannel)}
          options={OPT_OUT_CHANNELS.filter((each) => CHANNELS_OF[kind].includes(each)).map((each) => ({ value: each, label: t(`channels.${each}`) }))}
        />
      </Field>
      <Field label={t("reason")} error={errors.of("reason")}>
        <Input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={200} placeholder={t("reasonPlaceholder")} data-testid="opt-out-reason" />
      </Field>
      <FormFooter error={errors.general} pending={add.isPending} onCancel={onClose} />
    </form>
  );
}
