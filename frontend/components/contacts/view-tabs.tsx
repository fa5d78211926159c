"use client";

import { BookmarkPlus, MoreHorizontal, Pencil, Trash2, UsersRound } from "lucide-react";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Switch } from "@/components/ui/controls";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem } from "@/components/ui/menu";
import { Toggle } from "@/components/ui/toggle";
import { fromTarget, isFiltered, NO_QUERY, toTarget, type ContactQuery } from "@/lib/contacts";
import { useDeleteView, useSaveView, useViews, type ContactView } from "@/lib/views";

const same = (a: ContactQuery, b: ContactQuery): boolean => JSON.stringify(a) === JSON.stringify(b);

interface ViewTabsProps {
  query: ContactQuery;
  onPick: (query: ContactQuery) => void;
}

/** Kept filters as tabs. "All" comes first; what is filtered now and not yet kept can be. */
export function ViewTabs({ query, onPick }: ViewTabsProps) {
  const t = useTranslations("views");
  const views = useViews().data ?? [];
  const [editing, setEditing] = useState<ContactView | "new" | null>(null);
  const [deleting, setDeleting] = useState<ContactView | null>(null);
  const active = views.find((view) => same(fromTarget(view.query), query));
  const unkept = isFiltered(query) && !active;
  if (views.length === 0 && !unkept) return null;
  return (
    <div className="no-scrollbar -mx-4 mb-2.5 flex items-center gap-1 overflow-x-auto border-b border-line px-4 sm:mx-0 sm:px-0" role="group" aria-label={t("title")}>
      <Toggle look="tab" active={!isFiltered(query)} onClick={() => onPick(NO_QUERY)} testId="view-all">{t("all")}</Toggle>
      {views.map((view) => (
        <span key={view.id} className="flex shrink-0 items-center">
          <Toggle look="tab" active={view === active} onClick={() => onPick(fromTarget(view.query))} testId={`view-${view.name}`}>
            {view.shared ? <UsersRound className="size-3.5 text-ink-3" aria-label={t("sharedShort")} /> : null}
            {view.name}
          </Toggle>
          {view === active && view.own ? <TabMenu view={view} onEdit={() => setEditing(view)} onDelete={() => setDeleting(view)} /> : null}
        </span>
      ))}
      {unkept ? (
        <Button variant="ghost" size="sm" className="ml-auto text-seal" onClick={() => setEditing("new")} data-testid="view-save">
          <BookmarkPlus aria-hidden />
          {t("save")}
        </Button>
      ) : null}
      <Dialog open={editing !== null} onOpenChange={(open) => !open && setEditing(null)} title={t(editing === "new" ? "save" : "edit")} description={t("note")}>
        {editing ? <ViewForm view={editing === "new" ? undefined : editing} query={query} onClose={() => setEditing(null)} /> : null}
      </Dialog>
      <DeleteView view={deleting} onClose={() => setDeleting(null)} />
    </div>
  );
}

function TabMenu({ view, onEdit, onDelete }: { view: ContactView; onEdit: () => void; onDelete: () => void }) {
  const t = useTranslations("common");
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" aria-label={`${view.name}: ${t("edit")}`} className="grid size-7 place-items-center rounded-md text-ink-3 hover:bg-hover" data-testid="view-menu">
          <MoreHorizontal className="size-4" aria-hidden />
        </button>
      }
    >
      <MenuItem onSelect={onEdit}>
        <Pencil aria-hidden />
        {t("edit")}
      </MenuItem>
      <MenuItem danger onSelect={onDelete} data-testid="view-delete">
        <Trash2 aria-hidden />
        {t("delete")}
      </MenuItem>
    </Menu>
  );
}

function ViewForm({ view, query, onClose }: { view?: ContactView; query: ContactQuery; onClose: () => void }) {
  const t = useTranslations();
  const save = useSaveView();
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { name: name.trim(), shared, query: view?.query ?? toTarget(query) };
    save.mutate({ id: view?.id, input }, {
      onSuccess: () => {
        toast.success(t("common.saved"));
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t("views.name")} error={save.error?.message}>
        <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={60} placeholder={t("views.placeholder")} data-testid="view-name" />
      </Field>
      <label className="flex items-center justify-between gap-4 rounded-lg bg-sunken px-4 py-3">
        <span>
          <span className="block font-medium">{t("views.share")}</span>
          <span className="block text-[0.85rem] text-ink-3">{t("views.shareNote")}</span>
        </span>
        <Switch checked={shared} onCheckedChange={setShared} data-testid="view-shared" />
      </label>
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" disabled={!name.trim()} loading={save.isPending} data-testid="view-confirm">{t("common.save")}</Button>
      </DialogFooter>
    </form>
  );
}

function DeleteView({ view, onClose }: { view: ContactView | null; onClose: () => void }) {
  const t = useTranslations();
  const remove = useDeleteView();
  return (
    <Confirm
      open={view !== null}
      onOpenChange={(open) => !open && onClose()}
      danger
      title={t("views.deleteTitle", { name: view?.name ?? "" })}
      description={t("views.deleteNote")}
      confirmLabel={t("common.delete")}
      pending={remove.isPending}
      onConfirm={() => view && remove.mutate(view.id, { onSettled: onClose })}
      testId="view-delete-confirm"
    />
  );
}
