"use client";

import { FileUp, LoaderCircle } from "lucide-react";
import { useId, useState, type DragEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { useFormat } from "@/lib/format";
import { useOptOutFile, type OptOutFileResult } from "@/lib/opt-outs";
import { cn } from "@/lib/utils";

/** Rejected rows that are listed; a file full of errors needs to be mended as a whole anyway. */
const SHOWN_REJECTS = 100;

export function FileDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations("optOuts");
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={t("byFile")} description={t("byFileNote")} data-testid="opt-out-file-dialog">
      {open ? <FileForm onClose={onClose} /> : null}
    </Dialog>
  );
}

function FileForm({ onClose }: { onClose: () => void }) {
  const read = useOptOutFile();
  if (read.data) return <Result result={read.data} onClose={onClose} />;
  return <Drop busy={read.isPending} error={read.error?.message} onFile={(file) => read.mutate(file)} />;
}

function Drop({ busy, error, onFile }: { busy: boolean; error?: string; onFile: (file: File) => void }) {
  const t = useTranslations("optOuts");
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file && !busy) onFile(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const Icon = busy ? LoaderCircle : FileUp;
  return (
    <>
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cn("grid cursor-pointer place-items-center gap-2 rounded-xl border-2 border-dashed px-6 py-10 text-center focus-within:border-ring", over ? "border-seal bg-seal-soft" : "border-line-strong hover:bg-hover")}
      >
        <Icon className={cn("size-7 text-seal", busy && "animate-spin")} aria-hidden />
        <span className="font-medium">{t(busy ? "reading" : "dropFile")}</span>
        <span className="text-[0.85rem] text-ink-3">{t("fileKinds")}</span>
        <input id={id} type="file" accept=".csv,.tsv,.txt,.xlsx,.xls" disabled={busy} className="sr-only" onChange={(event) => take(event.target.files)} data-testid="opt-out-file-input" />
      </label>
      {error ? <p role="alert" className="mt-3 text-[0.9rem] text-bad-ink">{error}</p> : null}
    </>
  );
}

function Result({ result, onClose }: { result: OptOutFileResult; onClose: () => void }) {
  const t = useTranslations();
  const format = useFormat();
  const counts = [
    { key: "added", count: result.added },
    { key: "known", count: result.known },
    { key: "rejected", count: result.rejected_total },
  ] as const;
  return (
    <div className="grid gap-5" data-testid="opt-out-file-result">
      <dl className="grid grid-cols-3 gap-2 text-center">
        {counts.map(({ key, count }) => (
          <div key={key} className={cn("rounded-lg px-2 py-3", key === "rejected" && count > 0 ? "bg-warn-soft text-warn-ink" : "bg-sunken")}>
            <dd className="text-2xl font-bold" data-testid={`opt-out-file-${key}`}>{format.number(count)}</dd>
            <dt className="text-[0.85rem]">{t(`optOuts.${key}`)}</dt>
          </div>
        ))}
      </dl>
      {result.rejected_total > 0 ? (
        <ul className="scroll-thin max-h-60 divide-y divide-line overflow-y-auto rounded-lg border border-line text-[0.9rem]">
          {result.rejected.slice(0, SHOWN_REJECTS).map(({ row, message }) => (
            <li key={row} className="flex gap-4 px-4 py-2">
              <span className="shrink-0 text-ink-3">{t("privacy.row", { number: row })}</span>
              <span>{message}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <DialogFooter>
        <Button onClick={onClose} data-testid="opt-out-file-done">{t("common.close")}</Button>
      </DialogFooter>
    </div>
  );
}
