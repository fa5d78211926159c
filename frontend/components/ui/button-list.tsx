"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import type { TemplateButton } from "@/lib/types";

interface ButtonListProps {
  buttons: TemplateButton[];
  onChange: (buttons: TemplateButton[]) => void;
  /** Whether a link that was written is no address; where Kakao reviews, nobody asks. */
  isWrong?: (button: TemplateButton) => boolean;
  /** How many fit, with how long names. */
  room?: { most: number; nameLength: number };
}
const USUAL_ROOM = { most: 5, nameLength: 14 };

/** The buttons under a Kakao bubble, each with the web page it opens. */
export function ButtonList({ buttons, onChange, isWrong, room = USUAL_ROOM }: ButtonListProps) {
  const t = useTranslations("templates");
  const set = (index: number, part: Partial<TemplateButton>) =>
    onChange(buttons.map((button, at) => (at === index ? { ...button, ...part } : button)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-[0.87rem] font-medium text-ink-2">{t("buttons")}</legend>
      {buttons.map((button, index) => (
        <div key={index} className="grid gap-1">
          <div className="flex gap-1.5">
            <Input value={button.name} maxLength={14} aria-invalid={[...button.name].length > room.nameLength || undefined} onChange={(event) => set(index, { name: event.target.value })} placeholder={t("buttonName")} aria-label={t("buttonName")} className="w-2/5" data-testid={`button-name-${index + 1}`} />
            <Input value={button.link_mobile ?? ""} onChange={(event) => set(index, { link_mobile: event.target.value || null })} placeholder="https://" inputMode="url" aria-label={t("buttonLink")} aria-invalid={isWrong?.(button)} data-testid={`button-link-${index + 1}`} />
            <Button variant="ghost" size="icon" aria-label={t("removeButton")} onClick={() => onChange(buttons.filter((_, at) => at !== index))}>
              <X aria-hidden />
            </Button>
          </div>
          {[...button.name].length > room.nameLength ? <p className="text-[0.84rem] text-bad-ink">{t("buttonNameLong", { most: room.nameLength })}</p> : null}
          {isWrong?.(button) ? <p className="text-[0.84rem] text-bad-ink">{t("buttonLinkWrong")}</p> : null}
        </div>
      ))}
      {buttons.length > room.most ? <p className="text-[0.84rem] text-bad-ink" data-testid="buttons-too-many">{t("buttonsTooMany", { most: room.most })}</p> : null}
      {buttons.length < room.most ? (
        <Button variant="ghost" size="sm" className="-ml-2 justify-self-start text-seal" onClick={() => onChange([...buttons, { name: "", type: "WL", link_mobile: null }])} data-testid="button-add">
          <Plus aria-hidden />
          {t("addButton")}
        </Button>
      ) : null}
    </fieldset>
  );
}
