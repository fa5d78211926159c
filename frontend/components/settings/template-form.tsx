"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { ButtonList } from "@/components/ui/button-list";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { BrandPicture } from "@/components/campaigns/brand-picture";
import { buttonRoom, NO_PICTURE, readPicture, toPicture, type PictureDraft } from "@/lib/draft";
import { useSaveItem } from "@/lib/settings";
import type { Channel, Template, TemplateButton } from "@/lib/types";
import { formErrors, FormFooter } from "./collection";

const CHANNELS: Channel[] = ["kakao_alimtalk", "kakao_brand", "sms", "lms", "mms"];

export function TemplateForm({ template, onClose }: { template?: Template; onClose: () => void }) {
  const t = useTranslations();
  const save = useSaveItem<Record<string, unknown>>("/templates");
  const [channel, setChannel] = useState<Channel>(template?.channel ?? "kakao_alimtalk");
  const [name, setName] = useState(template?.name ?? "");
  const [subject, setSubject] = useState(template?.subject ?? "");
  const [body, setBody] = useState(template?.body ?? "");
  const [carrierId, setCarrierId] = useState(template?.carrier_template_id ?? "");
  const [picture, setPicture] = useState<PictureDraft>(readPicture(template ?? {}));
  const [buttons, setButtons] = useState<TemplateButton[]>(template?.buttons ?? []);
  const kakao = channel === "kakao_alimtalk" || channel === "kakao_brand";
  const hasSubject = channel === "lms" || channel === "mms";
  const brand = channel === "kakao_brand";
  const room = buttonRoom(brand && picture.imageId !== null && picture.imageWide);
  const errors = formErrors(save.error, ["name", "subject", "body", "carrier_template_id"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = {
      name: name.trim(), channel, body, subject: hasSubject && subject.trim() ? subject.trim() : null,
      ...toPicture(brand ? picture : NO_PICTURE),
      buttons: kakao ? buttons.filter((button) => button.name.trim()) : [],
      carrier_template_id: kakao && carrierId.trim() ? carrierId.trim() : null,
    };
    save.mutate({ id: template?.id, input }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("templates.name")} error={errors.of("name")}>
          <Input value={name} onChange={(event) => setName(event.target.value)} data-testid="template-name" />
        </Field>
        <Field label={t("templates.channel")}>
          <Select value={channel} onValueChange={(value) => setChannel(value as Channel)} options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))} />
        </Field>
      </div>
      {hasSubject ? (
        <Field label={t("templates.subject")} optional={t("common.optional")} error={errors.of("subject")}>
          <Input value={subject} onChange={(event) => setSubject(event.target.value)} />
        </Field>
      ) : null}
      <Field label={t("templates.body")} error={errors.of("body")}>
        <Textarea value={body} onChange={(event) => setBody(event.target.value)} className="min-h-40" data-testid="template-body" />
      </Field>
      {kakao ? (
        <>
          {brand ? <BrandPicture picture={picture} onChange={(part) => setPicture((before) => ({ ...before, ...part }))} /> : null}
          <ButtonList buttons={buttons} onChange={setButtons} room={room} />
          <Field label={t("templates.carrierId")} hint={t(channel === "kakao_brand" ? "templates.brandIdHint" : "templates.carrierIdHint")} optional={t("common.optional")} error={errors.of("carrier_template_id")}>
            <Input value={carrierId} onChange={(event) => setCarrierId(event.target.value)} placeholder="KA01TP…" data-testid="template-carrier-id" />
          </Field>
        </>
      ) : null}
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} />
    </form>
  );
}
