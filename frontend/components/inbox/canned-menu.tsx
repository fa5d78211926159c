"use client";

import { MessageSquareQuote, Pencil, Plus, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { formErrors, FormFooter } from "@/components/settings/collection";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { Unready } from "@/components/ui/unready";
import { useCanned, useDeleteCanned, useSaveCanned, type CannedReply } from "@/lib/inbox";

/** Ready answers: a click puts one into the answer box. */
export function CannedMenu({ onTake }: { onTake: (body: string) => void }) {
  const t = useTranslations("inbox");
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState<CannedReply | "new" | null>(null);
  const edit = (item: CannedReply | "new") => {
    setOpen(false);
    setEditing(item);
  };
  const take = (body: string) => {
    setOpen(false);
    onTake(body);
  };
  const trigger = (
    <Button variant="ghost" size="sm" data-testid="canned-open">
      <MessageSquareQuote aria-hidden />
      {t("canned")}
    </Button>
  );
  return (
    <>
      <Popover trigger={trigger} side="top" label={t("canned")} open={open} onOpenChange={setOpen}>
        <Choices onTake={take} onEdit={edit} />
      </Popover>
      <Dialog open={editing !== null} onOpenChange={(next) => !next && setEditing(null)} title={t(editing === "new" ? "cannedNew" : "cannedEdit")} description={t("cannedNote")}>
        {editing ? <CannedForm item={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} /> : null}
      </Dialog>
    </>
  );
}

function Choices({ onTake, onEdit }: { onTake: (body: string) => void; onEdit: (item: CannedReply | "new") => void }) {
  const t = useTranslations();
  const canned = useCanned();
  const remove = useDeleteCanned();
  const items = canned.data ?? [];
  return (
    <>
      <Unready query={canned} rows={2} className="px-4 py-4" />
      <ul className="scroll-thin flex-1 overflow-y-auto p-1">
        {items.map((item) => (
          <li key={item.id} className="group flex items-start rounded-md hover:bg-hover">
            <button type="button" onClick={() => onTake(item.body)} className="min-w-0 flex-1 px-2.5 py-2 text-left" data-testid={`canned-${item.title}`}>
              <span className="block truncate text-[0.93rem] font-medium">{item.title}</span>
              <span className="line-clamp-2 text-[0.84rem] text-ink-3">{item.body}</span>
            </button>
            <Button variant="ghost" size="icon-sm" className="mt-1" aria-label={`${item.title}: ${t("common.edit")}`} onClick={() => onEdit(item)}><Pencil aria-hidden /></Button>
            <Button variant="danger-ghost" size="icon-sm" className="mt-1 mr-1" aria-label={`${item.title}: ${t("common.delete")}`} onClick={() => remove.mutate(item.id)}><Trash2 aria-hidden /></Button>
          </li>
        ))}
      </ul>
      {canned.data && items.length === 0 ? <p className="px-4 pt-3 pb-5 text-center text-[0.9rem] text-ink-3">{t("inbox.noCanned")}</p> : null}
      <div className="border-t border-line p-1.5">
        <Button variant="ghost" size="sm" className="w-full" onClick={() => onEdit("new")} data-testid="canned-new">
          <Plus aria-hidden />
          {t("inbox.cannedNew")}
        </Button>
      </div>
    </>
  );
}

function CannedForm({ item, onClose }: { item?: CannedReply; onClose: () => void }) {
  const t = useTranslations("inbox");
  const save = useSaveCanned();
  const [title, setTitle] = useState(item?.title ?? "");
  const [body, setBody] = useState(item?.body ?? "");
  const errors = formErrors(save.error, ["title", "body"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ id: item?.id, title: title.trim(), body: body.trim() }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label={t("cannedTitle")} error={errors.of("title")}>
        <Input value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} data-testid="canned-title" />
      </Field>
      <Field label={t("cannedBody")} hint={t("cannedHint", { name: "#{이름}" })} error={errors.of("body")}>
        <Textarea value={body} maxLength={2000} onChange={(event) => setBody(event.target.value)} data-testid="canned-body" />
      </Field>
      <FormFooter error={errors.general} pending={save.isPending} onCancel={onClose} />
    </form>
  );
}
