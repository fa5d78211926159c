"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtPhone } from "@/components/art";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { PictureOf } from "@/components/campaigns/picture-field";
import { pictureUse } from "@/lib/draft";
import { useCan } from "@/lib/session";
import { useTemplates } from "@/lib/settings";
import type { Template } from "@/lib/types";
import { CollectionScreen, ItemActions } from "./collection";
import { TemplateForm } from "./template-form";
import { TEMPLATE_TONE, TemplateReview } from "./template-review";

export function TemplatesScreen() {
  const t = useTranslations("templates");
  const { manage } = useCan();
  const templates = useTemplates();
  const [editing, setEditing] = useState<Template | "new" | null>(null);
  const add = manage ? (
    <Button onClick={() => setEditing("new")} data-testid="template-create">
      <Plus aria-hidden />
      {t("create")}
    </Button>
  ) : undefined;
  return (
    <>
      <CollectionScreen title={t("title")} note={t("note")} action={add} query={templates} empty={{ art: <ArtPhone />, title: t("emptyTitle"), note: t("emptyNote") }}>
        {(items) => (
          <ul className="grid items-start gap-4 *:min-w-0 md:grid-cols-2 xl:grid-cols-3">
            {items.map((template) => (
              <li key={template.id}>
                <TemplateCard template={template} onEdit={manage ? () => setEditing(template) : undefined} />
              </li>
            ))}
          </ul>
        )}
      </CollectionScreen>
      <Dialog open={editing !== null} onOpenChange={(open) => !open && setEditing(null)} title={t(editing === "new" ? "create" : "editTitle")}>
        {editing ? <TemplateForm template={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} /> : null}
      </Dialog>
    </>
  );
}

function TemplateCard({ template, onEdit }: { template: Template; onEdit?: () => void }) {
  const t = useTranslations();
  return (
    <Card className="p-5">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="truncate font-semibold">{template.name}</p>
          <p className="mt-1 flex flex-wrap items-center gap-1.5">
            <Badge tone="seal">{t(`channel.${template.channel}`)}</Badge>
            <Badge tone={TEMPLATE_TONE[template.status]} data-testid="template-status" data-status={template.status}>{t(`templates.${template.status}`)}</Badge>
          </p>
        </div>
        {onEdit ? (
          <ItemActions path="/templates" id={template.id} name={template.name} onEdit={onEdit} confirmTitle={t("templates.deleteTitle")} confirmNote={t("templates.deleteNote", { name: template.name })} />
        ) : null}
      </div>
      <div className="mt-4 rounded-lg bg-sunken px-4 py-3 text-[0.93rem]">
        {template.image_id ? <PictureOf imageId={template.image_id} use={pictureUse(template.channel, template.image_wide)} className="mx-auto mb-3 max-h-64 max-w-full rounded-md" /> : null}
        {template.subject ? <p className="mb-1 font-semibold">{template.subject}</p> : null}
        <p className="line-clamp-6 break-words whitespace-pre-wrap">{template.body}</p>
        {template.buttons.length > 0 ? (
          <p className="mt-3 grid gap-1.5">
            {template.buttons.map((button) => (
              <span key={button.name} className="rounded-md bg-raised py-1.5 text-center text-[0.87rem] font-medium ring-1 ring-line ring-inset">{button.name}</span>
            ))}
          </p>
        ) : null}
      </div>
      <TemplateReview template={template} />
      {template.carrier_template_id ? <p className="mt-3 truncate text-[0.8rem] text-ink-3">{template.carrier_template_id}</p> : null}
    </Card>
  );
}
