"use client";

import { Pencil, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { DialogFooter } from "@/components/ui/dialog";
import { Empty } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { ApiError } from "@/lib/api";
import { useDeleteItem, type Collection } from "@/lib/settings";

interface CollectionScreenProps<Item> {
  title: string;
  note: string;
  action?: ReactNode;
  query: UseQueryResult<Item[]>;
  empty: { art: ReactNode; title: string; note: string };
  children: (items: Item[]) => ReactNode;
}

/** The frame of every settings list: header, loading, error, empty and full. */
export function CollectionScreen<Item>({ title, note, action, query, empty, children }: CollectionScreenProps<Item>) {
  return (
    <>
      <PageHeader title={title} note={note} actions={action} />
      <Unready card query={query} rows={4} />
      {query.data?.length === 0 ? <Card><Empty art={empty.art} title={empty.title} note={empty.note} action={action} /></Card> : null}
      {query.data && query.data.length > 0 ? children(query.data) : null}
    </>
  );
}

interface ItemActionsProps {
  path: Collection;
  id: string;
  name: string;
  confirmTitle: string;
  confirmNote: string;
  onEdit?: () => void;
}

/** Edit and delete of one item; deleting asks first. */
export function ItemActions({ path, id, name, confirmTitle, confirmNote, onEdit }: ItemActionsProps) {
  const t = useTranslations("common");
  const remove = useDeleteItem(path);
  const [asking, setAsking] = useState(false);
  return (
    <span className="flex shrink-0">
      {onEdit ? (
        <Button variant="ghost" size="icon-sm" aria-label={`${name}: ${t("edit")}`} onClick={onEdit}>
          <Pencil aria-hidden />
        </Button>
      ) : null}
      <Button variant="danger-ghost" size="icon-sm" aria-label={`${name}: ${t("delete")}`} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden />
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={confirmTitle}
        description={confirmNote}
        confirmLabel={t("delete")}
        pending={remove.isPending}
        onConfirm={() => remove.mutate(id, { onSettled: () => setAsking(false) })}
      />
    </span>
  );
}

/** The server's words about one field of a form, and everything it says that belongs to no shown field. */
export function formErrors(error: Error | null, fields: string[]) {
  const details = error instanceof ApiError ? error.details : [];
  const of = (field: string) => details.find((detail) => detail.field === field || detail.field?.endsWith(`.${field}`))?.message;
  const general = error && !fields.some(of) ? [error.message, ...details.map((detail) => detail.message)].join(" ") : null;
  return { of, general };
}

export function FormFooter({ error, pending, onCancel, label }: { error: string | null; pending: boolean; onCancel: () => void; label?: string }) {
  const t = useTranslations("common");
  return (
    <>
      {error ? <p role="alert" className="text-[0.9rem] text-bad-ink">{error}</p> : null}
      <DialogFooter>
        <Button variant="secondary" onClick={onCancel}>{t("cancel")}</Button>
        <Button type="submit" loading={pending} data-testid="form-save">{label ?? t("save")}</Button>
      </DialogFooter>
    </>
  );
}
