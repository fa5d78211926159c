"use client";

import { FileSpreadsheet, Merge, PhoneCall, RotateCcw, Upload } from "lucide-react";
import { useRef, useState, type DragEvent } from "react";
import { useTranslations } from "use-intl";
import { ArtFile } from "@/components/art";
import { Button } from "@/components/ui/button";
import { Notice, ProgressBar } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { originOf, useImport, useUpload, type UploadState } from "@/lib/imports";
import type { ImportItem } from "@/lib/types";
import { cn, percentOf } from "@/lib/utils";
import { WaitingImports } from "./drop-step-waiting";
import { RefusedIcon } from "./end-states";

const ACCEPT = ".xlsx,.xls,.xlsm,.csv,.tsv,.txt";

/** `mended`: the import whose rejected rows the file brings back; source, legal basis and tags are taken from there. */
export function DropStep({ mended, onAccepted }: { mended: string | null; onAccepted: (id: string) => void }) {
  const before = useImport(mended);
  const upload = useUpload(onAccepted, originOf(before.data));
  const { state } = upload;
  if (state.phase === "uploading") return <Uploading state={state} onAbort={upload.abort} />;
  if (state.phase === "refused") return <Refused state={state} onReset={upload.reset} />;
  return (
    <>
      {before.data ? <MendedNote item={before.data} /> : null}
      <DropZone onFile={upload.start} />
      <WaitingImports />
    </>
  );
}

function MendedNote({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  return (
    <div className="px-4 pt-4 sm:px-6 sm:pt-6" data-testid="import-mended">
      <Notice icon={<FileSpreadsheet aria-hidden />} title={t("mendedTitle", { name: item.file_name })}>{t("mendedNote")}</Notice>
    </div>
  );
}

function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const t = useTranslations("imports");
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <div className="p-4 sm:p-6">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cn(
          "flex flex-col items-center rounded-xl border-2 border-dashed px-5 py-12 text-center transition-colors",
          over ? "border-seal bg-seal-soft/60" : "border-line-strong bg-paper/50",
        )}
      >
        <ArtFile />
        <h2 className="mt-5 text-lg font-semibold">{over ? t("dropActive") : t("dropTitle")}</h2>
        <p className="mt-1 max-w-md text-[0.9rem] text-ink-3">{t("dropNote")}</p>
        <Button size="lg" className="mt-6" onClick={() => input.current?.click()}>
          <Upload aria-hidden />
          {t("choose")}
        </Button>
        <input
          ref={input}
          type="file"
          accept={ACCEPT}
          aria-label={t("choose")}
          tabIndex={-1}
          className="sr-only"
          data-testid="import-file-input"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file) onFile(file);
          }}
        />
      </div>
      <Promises />
    </div>
  );
}

function Promises() {
  const t = useTranslations("imports");
  const points = [[PhoneCall, t("promise1")], [Merge, t("promise2")], [RotateCcw, t("promise3")]] as const;
  return (
    <ul className="mt-5 grid gap-2 text-[0.9rem] text-ink-2 sm:grid-cols-3">
      {points.map(([Icon, text]) => (
        <li key={text} className="flex items-center gap-2.5 rounded-lg bg-sunken px-3.5 py-2.5">
          <Icon className="size-4 shrink-0 text-seal" aria-hidden />
          {text}
        </li>
      ))}
    </ul>
  );
}

function Uploading({ state, onAbort }: { state: UploadState; onAbort: () => void }) {
  const t = useTranslations("imports");
  const format = useFormat();
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center px-6 py-16 text-center">
      <FileSpreadsheet className="size-10 text-seal" aria-hidden />
      <h2 className="mt-4 text-lg font-semibold">{t("uploading")}</h2>
      <p className="mt-1 text-[0.9rem] text-ink-3">{state.fileName}</p>
      <ProgressBar percent={percentOf(state.sent, state.total)} label={t("uploading")} className="mt-6 w-full" />
      <p className="mt-2 text-[0.87rem] text-ink-3" aria-live="polite">
        {t("uploaded", { sent: format.bytes(state.sent), total: format.bytes(state.total) })}
      </p>
      <p className="mt-5 text-[0.87rem] text-ink-3">{t("leaveUpload")}</p>
      <Button variant="ghost" size="sm" className="mt-3" onClick={onAbort}>{t("abort")}</Button>
    </div>
  );
}

function Refused({ state, onReset }: { state: UploadState; onReset: () => void }) {
  const t = useTranslations("imports");
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center" data-testid="import-refused">
      <RefusedIcon />
      <h2 className="mt-5 text-lg font-semibold">{t("refusedTitle")}</h2>
      <p className="mt-1 text-[0.87rem] text-ink-3">{state.fileName}</p>
      <p className="mt-4 max-w-lg font-medium text-bad-ink" data-testid="import-error">{state.error?.message}</p>
      {state.error?.details.length ? (
        <ul className="mt-3 grid max-w-lg gap-1.5 text-left text-[0.9rem] text-ink-2">
          {state.error.details.map((detail, index) => (
            <li key={index} className="rounded-lg bg-sunken px-4 py-2.5">
              {detail.field ? <strong className="mr-2 font-semibold">{detail.field}</strong> : null}
              {detail.message}
            </li>
          ))}
        </ul>
      ) : null}
      <p className="mt-4 text-[0.9rem] text-ink-3">{t("refusedNote")}</p>
      <Button className="mt-5" onClick={onReset}>{t("tryAnother")}</Button>
    </div>
  );
}
