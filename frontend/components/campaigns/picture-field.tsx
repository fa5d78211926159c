"use client";

import { ImagePlus, RefreshCw, Trash2 } from "lucide-react";
import { useRef, useState, type DragEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { ProgressBar, Skeleton } from "@/components/ui/feedback";
import { sentenceOf } from "@/lib/api";
import { useFormat } from "@/lib/format";
import { PICTURE_TYPES, usePicture, usePictureUrl, useUploadPicture } from "@/lib/pictures";
import type { Id, Picture, PictureUse } from "@/lib/types";
import { cn } from "@/lib/utils";

interface PictureFieldProps {
  imageId: Id | null;
  /** Brand messages take no small pictures, and want a shape of their own. */
  use?: PictureUse;
  onChange: (imageId: Id | null) => void;
}

/** The picture of a message: chosen or dropped, made to fit by the server, shown as it will arrive. */
export function PictureField({ imageId, use = "mms", onChange }: PictureFieldProps) {
  const t = useTranslations("picture");
  const [tooSmall, setTooSmall] = useState<Picture | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const { upload, percent } = useUploadPicture();
  const keep = (picture: Picture) => (use === "mms" || picture.fits_brand ? onChange(picture.id) : setTooSmall(picture));
  const take = (file: File | undefined) => {
    setTooSmall(null);
    if (file) upload.mutate(file, { onSuccess: keep });
    if (input.current) input.current.value = ""; // the same file may be chosen again after a refusal
  };
  return (
    <div>
      <p className="mb-1.5 text-[0.87rem] font-medium text-ink-2">{t("title")}</p>
      <input ref={input} type="file" accept={PICTURE_TYPES} className="hidden" onChange={(event) => take(event.target.files?.[0])} data-testid="picture-input" />
      {upload.isPending ? <ProgressBar percent={percent} label={t("uploading")} /> : null}
      {!upload.isPending && imageId ? <Chosen imageId={imageId} use={use} onReplace={() => input.current?.click()} onRemove={() => onChange(null)} /> : null}
      {!upload.isPending && !imageId ? <DropArea limits={t(use === "mms" ? "limits" : "limitsBrand")} onPick={() => input.current?.click()} onFile={take} /> : null}
      {tooSmall ? <p role="alert" className="mt-2 text-[0.87rem] text-bad-ink" data-testid="picture-refused">{t("tooSmall", { width: tooSmall.width, height: tooSmall.height })}</p> : null}
      {upload.error ? <p role="alert" className="mt-2 text-[0.87rem] text-bad-ink" data-testid="picture-refused">{sentenceOf(upload.error)}</p> : null}
    </div>
  );
}

function DropArea({ limits, onPick, onFile }: { limits: string; onPick: () => void; onFile: (file: File | undefined) => void }) {
  const t = useTranslations("picture");
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    <button
      type="button"
      onClick={onPick}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        "flex w-full flex-col items-center gap-1.5 rounded-lg border border-dashed border-line-strong px-4 py-6 text-center transition-colors hover:border-seal hover:bg-seal-soft/40",
        over && "border-seal bg-seal-soft/60",
      )}
      data-testid="picture-add"
    >
      <ImagePlus className="size-6 text-seal" aria-hidden />
      <span className="font-medium">{t("add")}</span>
      <span className="text-[0.82rem] text-ink-3">{limits}</span>
    </button>
  );
}

function Chosen({ imageId, use, onReplace, onRemove }: { imageId: Id; use: PictureUse; onReplace: () => void; onRemove: () => void }) {
  const t = useTranslations("picture");
  const format = useFormat();
  const picture = usePicture(imageId);
  return (
    <div className="flex flex-wrap items-center gap-4 rounded-lg border border-line p-3" data-testid="picture-chosen">
      <PictureOf imageId={imageId} use={use} className="size-20 rounded-md object-cover" />
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium">{picture.data?.name}</p>
        {picture.data ? (
          <p className="text-[0.84rem] text-ink-3">{t("size", { width: picture.data.width, height: picture.data.height, bytes: format.bytes(picture.data.bytes) })}</p>
        ) : null}
        {picture.isError ? <p className="text-[0.84rem] text-bad-ink">{picture.error.message}</p> : null}
      </div>
      <span className="flex gap-1">
        <Button variant="ghost" size="sm" onClick={onReplace}>
          <RefreshCw aria-hidden />
          {t("replace")}
        </Button>
        <Button variant="danger-ghost" size="icon-sm" aria-label={t("remove")} onClick={onRemove}>
          <Trash2 aria-hidden />
        </Button>
      </span>
    </div>
  );
}

export function PictureOf({ imageId, use = "mms", className }: { imageId: Id; use?: PictureUse; className?: string }) {
  const t = useTranslations("picture");
  const url = usePictureUrl(imageId, use);
  if (!url) return <Skeleton className={cn("aspect-square", className)} />;
  // A blob of this page: Next's optimiser could neither fetch nor improve it.
  // eslint-disable-next-line @next/next/no-img-element
  return <img src={url} alt={t("alt")} className={className} data-testid="picture-shown" />;
}
