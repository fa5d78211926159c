"use client";

import { useTranslations } from "use-intl";
import { Segmented } from "@/components/ui/controls";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { hasPictureLink, NO_PICTURE, pictureUse, type PictureDraft } from "@/lib/draft";
import { PictureField } from "./picture-field";

/** The picture of a brand message: in a bubble of the usual or of the wide kind, and where a touch of it leads. */
export function BrandPicture({ picture, onChange }: { picture: PictureDraft; onChange: (part: Partial<PictureDraft>) => void }) {
  const t = useTranslations("picture");
  const wrong = !hasPictureLink(picture);
  return (
    <div className="grid gap-3">
      <PictureField
        imageId={picture.imageId}
        use={pictureUse("kakao_brand", picture.imageWide)}
        onChange={(imageId) => onChange(imageId ? { imageId } : NO_PICTURE)}
      />
      {picture.imageId ? (
        <>
          <div>
            <Segmented
              label={t("shape")}
              value={picture.imageWide ? "wide" : "usual"}
              onValueChange={(value) => onChange({ imageWide: value === "wide" })}
              options={[{ value: "usual", label: t("usual") }, { value: "wide", label: t("wide") }]}
            />
            <p className="mt-1.5 text-[0.84rem] text-ink-3" data-testid="picture-shape-note">{t(picture.imageWide ? "wideNote" : "usualNote")}</p>
          </div>
          <Field label={t("link")} optional={t("optional")} error={wrong ? t("linkWrong") : undefined}>
            <Input value={picture.imageLink} onChange={(event) => onChange({ imageLink: event.target.value })} placeholder="https://" inputMode="url" data-testid="picture-link" />
          </Field>
        </>
      ) : null}
    </div>
  );
}
