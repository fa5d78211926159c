"use client";

import { FileSearch, History } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog, Sheet } from "@/components/ui/dialog";
import { Empty, Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { PictureOf } from "@/components/campaigns/picture-field";
import { pictureUse } from "@/lib/draft";
import { useFormat } from "@/lib/format";
import { useHandIn, useSenders, useTemplateVersions } from "@/lib/settings";
import type { Channel, Template, TemplateStatus, TemplateVersion } from "@/lib/types";
import { FormFooter } from "./collection";

export const TEMPLATE_TONE: Record<TemplateStatus, Tone> = {
  pending: "neutral",
  inspecting: "seal",
  approved: "good",
  rejected: "bad",
  stopped: "bad",
};

/** What the reviewers said, and what can be done about it: hand in, look at older versions. */
export function TemplateReview({ template }: { template: Template }) {
  const t = useTranslations("templates");
  const [open, setOpen] = useState<"versions" | "handIn" | null>(null);
  const close = () => setOpen(null);
  const reviewable = template.channel === "kakao_alimtalk" && (template.status === "pending" || template.status === "rejected");
  return (
    <>
      {template.comment ? <Notice tone={template.status === "rejected" ? "bad" : "info"} title={t("comment")} className="mt-3"><span data-testid="template-comment">{template.comment}</span></Notice> : null}
      <div className="mt-3 flex flex-wrap gap-1.5">
        {reviewable ? (
          <Button variant="soft" size="sm" onClick={() => setOpen("handIn")} data-testid="template-hand-in">
            <FileSearch aria-hidden />
            {t(template.status === "rejected" ? "handInAgain" : "handIn")}
          </Button>
        ) : null}
        <Button variant="ghost" size="sm" onClick={() => setOpen("versions")} data-testid="template-versions">
          <History aria-hidden />
          {t("versionOf", { version: template.version })}
        </Button>
      </div>
      <Sheet open={open === "versions"} onOpenChange={close} title={t("versions")} description={template.name} data-testid="versions-sheet">
        {open === "versions" ? <Versions template={template} /> : null}
      </Sheet>
      <Dialog open={open === "handIn"} onOpenChange={close} title={t("handInTitle")} description={t("handInNote")}>
        {open === "handIn" ? <HandInForm template={template} onClose={close} /> : null}
      </Dialog>
    </>
  );
}

function Versions({ template }: { template: Template }) {
  const versions = useTemplateVersions(template.id);
  if (!versions.data) return <Unready query={versions} rows={3} />;
  return <ol className="grid gap-4">{versions.data.map((one) => <VersionCard key={one.version} version={one} channel={template.channel} />)}</ol>;
}

function VersionCard({ version, channel }: { version: TemplateVersion; channel: Channel }) {
  const t = useTranslations("templates");
  const format = useFormat();
  return (
    <li className="rounded-lg border border-line p-4" data-testid="template-version">
      <p className="flex flex-wrap items-center gap-2 text-[0.87rem] text-ink-3">
        <span className="font-semibold text-ink">{t("versionOf", { version: version.version })}</span>
        <Badge tone={TEMPLATE_TONE[version.status]}>{t(version.status)}</Badge>
        <span className="ml-auto">{format.dateTime(version.edited_at)}</span>
      </p>
      {version.image_id ? <PictureOf imageId={version.image_id} use={pictureUse(channel, version.image_wide)} className="mt-3 w-40 rounded-md" /> : null}
      {version.subject ? <p className="mt-2 font-semibold">{version.subject}</p> : null}
      <p className="mt-2 text-[0.93rem] break-words whitespace-pre-wrap">{version.body}</p>
      {version.buttons.length > 0 ? <p className="mt-2 text-[0.85rem] text-ink-3">{t("buttons")}: {version.buttons.map((button) => button.name).join(", ")}</p> : null}
      {version.comment ? <p className="mt-2 text-[0.87rem] text-bad-ink">{t("comment")}: {version.comment}</p> : null}
      {version.carrier_template_id ? <p className="mt-2 truncate font-mono text-xs text-ink-3">{version.carrier_template_id}</p> : null}
    </li>
  );
}

function HandInForm({ template, onClose }: { template: Template; onClose: () => void }) {
  const t = useTranslations("templates");
  const senders = useSenders();
  const handIn = useHandIn();
  const channels = (senders.data ?? []).filter((sender) => sender.kind === "kakao_channel");
  const [chosen, setChosen] = useState("");
  const senderId = chosen || channels[0]?.id || "";
  if (!senders.data) return <Unready query={senders} rows={2} />;
  if (channels.length === 0) return <Empty title={t("noChannel")} note={t("noChannelNote")} className="py-6" />;
  const submit = () =>
    handIn.mutate(
      { id: template.id, senderId },
      {
        onSuccess: () => {
          toast.success(t("handedIn"));
          onClose();
        },
      },
    );
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="max-h-52 overflow-y-auto rounded-lg bg-sunken px-4 py-3 text-[0.93rem] break-words whitespace-pre-wrap">{template.body}</p>
      <Field label={t("underChannel")}>
        <Select value={senderId} onValueChange={setChosen} options={channels.map((one) => ({ value: one.id, label: one.label || one.value }))} data-testid="hand-in-channel" />
      </Field>
      <FormFooter error={handIn.error?.message ?? null} pending={handIn.isPending} onCancel={onClose} label={t("handIn")} />
    </form>
  );
}
