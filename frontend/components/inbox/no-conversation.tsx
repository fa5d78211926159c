"use client";

import { useTranslations } from "use-intl";
import { ArtPhone } from "@/components/art";

const KEYS = [["J K", "keyMove"], ["R", "keyReply"], ["E", "keyClose"], ["/", "keySearch"], ["Ctrl Enter", "keySend"]] as const;

/** Beside the list while no conversation is open. */
export function NoConversation() {
  const t = useTranslations("inbox");
  return (
    <div className="m-auto flex flex-col items-center px-6 py-10 text-center">
      <ArtPhone />
      <h2 className="mt-5 text-lg font-semibold">{t("pick")}</h2>
      <p className="mt-1.5 max-w-sm text-[0.93rem] text-ink-3">{t("pickNote")}</p>
      <dl aria-label={t("keys")} className="mt-6 hidden flex-wrap justify-center gap-x-5 gap-y-2 text-[0.84rem] text-ink-3 pointer-fine:lg:flex">
        {KEYS.map(([keys, name]) => (
          <div key={name} className="flex items-center gap-1.5">
            <dt className="flex gap-1">
              {keys.split(" ").map((key) => <kbd key={key} className="min-w-6 rounded border border-line-strong bg-surface px-1.5 text-center font-sans leading-5 font-semibold text-ink-2 shadow-1">{key}</kbd>)}
            </dt>
            <dd>{t(name)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
