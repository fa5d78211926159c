"use client";

import { Info, Undo2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Unready } from "@/components/ui/unready";
import { useUndoImport, useUndoPreview } from "@/lib/imports";
import type { ImportItem } from "@/lib/types";
import { UndoFigures } from "./undo-figures";

/** Everybody was written to, edited or listed again since: there is nothing left that undoing would change. */
function NothingToUndo({ kept, onClose }: { kept: number; onClose: () => void }) {
  const t = useTranslations();
  return (
    <div className="grid gap-4" data-testid="undo-nothing">
      <Notice tone="info" icon={<Info aria-hidden />} title={t("imports.undoNothing")}>{t("imports.undoNothingNote")}</Notice>
      <UndoFigures restore={0} remove={0} keep={kept} />
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.close")}</Button>
      </DialogFooter>
    </div>
  );
}

/** The way back: first what it would do, then a typed word, so that no second click can start it. */
export function UndoImport({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="danger-ghost" onClick={() => setOpen(true)} data-testid="import-undo">
        <Undo2 aria-hidden />
        {t("undo")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("undoTitle")} description={item.file_name} data-testid="undo-dialog">
        {open ? <Question item={item} onClose={() => setOpen(false)} /> : null}
      </Dialog>
    </>
  );
}

function Question({ item, onClose }: { item: ImportItem; onClose: () => void }) {
  const t = useTranslations();
  const preview = useUndoPreview(item.id, true);
  const undo = useUndoImport(item.id);
  const [typed, setTyped] = useState("");
  const word = t("imports.undoWord");
  const agreed = typed.trim().toLowerCase() === word.toLowerCase();
  if (!preview.data) return <Unready query={preview} rows={3} className="p-0 py-4" />;
  if (preview.data.restore + preview.data.remove === 0) return <NothingToUndo kept={preview.data.keep} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (agreed && !undo.isPending) undo.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <UndoFigures restore={preview.data.restore} remove={preview.data.remove} keep={preview.data.keep} />
      <p className="text-[0.87rem] text-ink-3">{t("imports.undoStays")}</p>
      <Field label={t("imports.undoType", { word })}>
        <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" placeholder={word} data-testid="undo-word" />
      </Field>
      {undo.error ? <Notice tone="bad">{undo.error.message}</Notice> : null}
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="danger" disabled={!agreed} loading={undo.isPending} data-testid="undo-confirm">{t("imports.undo")}</Button>
      </DialogFooter>
    </form>
  );
}
