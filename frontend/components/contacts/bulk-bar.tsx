"use client";

import { Download, Send, Tag, TagsIcon, Trash2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ExportDialog } from "@/components/exports/export-dialog";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { useExactCount, useStartBulk, type BulkAction, type Target } from "@/lib/bulk";
import { toAudience, toTarget, type ContactQuery } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { keepAudience } from "@/lib/selection";
import { useCan } from "@/lib/session";
import type { Audience, Total } from "@/lib/types";
import { cn } from "@/lib/utils";
import { TagEditor } from "./tag-editor";
import type { Selection } from "./use-selection";

interface BulkBarProps {
  selection: Selection;
  query: ContactQuery;
  /** Everybody who matches, and how many rows are on the page. */
  total?: Total;
  loaded: number;
}

/** What can be done with the chosen contacts; floats over the list. */
export function BulkBar({ selection, query, total, loaded }: BulkBarProps) {
  const t = useTranslations();
  const format = useFormat();
  const { manage } = useCan();
  const [asking, setAsking] = useState<BulkAction | "export" | null>(null);
  const { selected, everybody, clear } = selection;
  const target: Target = everybody ? toTarget(query) : { ids: [...selected] };
  const exact = useExactCount(target, everybody && total?.relation === "gte").data;
  const counted: Total | undefined = exact === undefined ? total : { value: exact, relation: "eq" };
  const count = everybody && counted ? format.total(counted) : format.number(selected.size);
  const close = () => setAsking(null);
  const started = () => {
    close();
    clear();
  };
  return (
    <div
      // Above a phone's bottom bar, however long the page has become; at a desk in the list's frame.
      className="inset-x-2 z-20 mx-auto flex max-w-4xl animate-rise flex-wrap items-center gap-1 rounded-xl border border-line bg-raised p-2 pl-4 shadow-3 max-lg:fixed max-lg:bottom-[calc(4.1rem+env(safe-area-inset-bottom))] sm:inset-x-3 lg:absolute lg:bottom-3"
      data-testid="bulk-bar"
    >
      <p className="mr-auto flex max-sm:-order-2 min-w-0 flex-wrap items-baseline gap-x-3 max-sm:basis-[calc(100%-2.5rem)] max-sm:justify-between max-sm:pr-2" aria-live="polite">
        <span className="font-medium" data-testid="bulk-count">{t(everybody ? "bulk.everybody" : "contacts.selected", { count })}</span>
        <Everybody {...{ selection, total, loaded }} />
      </p>
      <Actions audience={everybody ? toAudience(query) : { contact_ids: [...selected] }} onAsk={setAsking} mayManage={manage} onClear={clear} />
      <TagDialog action={asking === "tag" || asking === "untag" ? asking : null} target={target} count={count} onClose={close} onStarted={started} />
      <DeleteConfirm open={asking === "delete"} target={target} count={count} onClose={close} onStarted={started} />
      <ExportDialog open={asking === "export"} target={target} count={count} onClose={close} onStarted={started} />
    </div>
  );
}

/** Offers all who match once the whole page is chosen; on a phone, which has no box for the whole page, at once. */
function Everybody({ selection, total, loaded }: Pick<BulkBarProps, "selection" | "total" | "loaded">) {
  const t = useTranslations("bulk");
  const format = useFormat();
  const more = total && (total.relation === "gte" || total.value > selection.selected.size);
  if (selection.everybody || !more) return null;
  const partly = selection.selected.size < loaded;
  return (
    <button type="button" onClick={selection.selectEverybody} className={cn("-my-1 py-1 text-[0.87rem] font-medium text-seal underline-offset-4 hover:underline", partly && "md:hidden")} data-testid="bulk-everybody">
      {t("selectEverybody", { count: format.total(total) })}
    </button>
  );
}

interface ActionsProps {
  /** Null when no campaign can be for just these. */
  audience: Audience | null;
  /** Deleting many and exporting are for those who manage the camp. */
  mayManage: boolean;
  onAsk: (action: BulkAction | "export") => void;
  onClear: () => void;
}

function Actions({ audience, mayManage, onAsk, onClear }: ActionsProps) {
  const t = useTranslations();
  const router = useRouter();
  const compose = (to: Audience) => {
    keepAudience(to);
    router.push("/campaigns/new");
  };
  const small = [
    { action: "tag", icon: Tag, shown: true },
    { action: "untag", icon: TagsIcon, shown: true },
    { action: "export", icon: Download, shown: mayManage },
  ] as const;
  return (
    <>
      {audience === null ? null : (
        <Button size="sm" className="max-sm:mr-auto" onClick={() => compose(audience)} data-testid="selection-campaign">
          <Send aria-hidden />
          <span>{t("contacts.campaignFor")}</span>
        </Button>
      )}
      {small.filter(({ shown }) => shown).map(({ action, icon: Icon }) => (
        <Button key={action} size="sm" variant="ghost" className="max-sm:px-2" onClick={() => onAsk(action)} data-testid={`bulk-${action}`}>
          <Icon aria-hidden />
          <span className="max-sm:sr-only">{t(`bulk.${action}`)}</span>
        </Button>
      ))}
      {mayManage ? (
        <Button size="sm" variant="danger-ghost" className="max-sm:px-2" onClick={() => onAsk("delete")} data-testid="bulk-delete">
          <Trash2 aria-hidden />
          <span className="max-sm:sr-only">{t("common.delete")}</span>
        </Button>
      ) : null}
      <Button size="icon-sm" variant="ghost" className="max-sm:-order-1" onClick={onClear} aria-label={t("contacts.clearSelection")}>
        <X aria-hidden />
      </Button>
    </>
  );
}

interface OrderProps {
  target: Target;
  count: string;
  onClose: () => void;
  onStarted: () => void;
}

function TagDialog({ action, target, count, onClose, onStarted }: OrderProps & { action: "tag" | "untag" | null }) {
  const t = useTranslations("bulk");
  return (
    <Dialog open={action !== null} onOpenChange={(open) => !open && onClose()} title={action ? t(`${action}Title`, { count }) : ""} description={action ? t(`${action}Note`) : undefined}>
      {action ? <TagForm {...{ action, target, count, onClose, onStarted }} /> : null}
    </Dialog>
  );
}

function TagForm({ action, target, onClose, onStarted }: OrderProps & { action: "tag" | "untag" }) {
  const t = useTranslations();
  const start = useStartBulk();
  const [tags, setTags] = useState<string[]>([]);
  return (
    <div className="grid gap-5">
      <TagEditor tags={tags} onChange={setTags} testId="bulk-tags" />
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button disabled={tags.length === 0} loading={start.isPending} onClick={() => start.mutate({ action, target, tags }, { onSuccess: onStarted })} data-testid="bulk-confirm">
          {t(`bulk.${action}`)}
        </Button>
      </DialogFooter>
    </div>
  );
}

function DeleteConfirm({ open, target, count, onClose, onStarted }: OrderProps & { open: boolean }) {
  const t = useTranslations();
  const start = useStartBulk();
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => !next && onClose()}
      danger
      title={t("contacts.deleteMany", { count })}
      description={t("bulk.deleteNote")}
      confirmLabel={t("bulk.deleteConfirm", { count })}
      pending={start.isPending}
      onConfirm={() => start.mutate({ action: "delete", target }, { onSuccess: onStarted })}
      testId="bulk-delete-confirm"
    />
  );
}
