"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

/** A key's cap; only where there is likely a keyboard. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="hidden rounded border border-current/30 px-1.5 font-sans text-xs leading-5 font-semibold opacity-75 pointer-fine:lg:inline">{children}</kbd>
  );
}

const KEYS = [
  ["J K", "keyMove"], ["1 2", "keyChoose"], ["↑ ↓", "keyField"], ["M", "keyMerge"], ["N", "keyApart"], ["U", "keyUndo"],
] as const;

export function KeyHelp() {
  const t = useTranslations("duplicates");
  return (
    <dl aria-label={t("keys")} className="mt-4 hidden flex-wrap justify-center gap-x-5 gap-y-2 text-[0.84rem] text-ink-3 pointer-fine:lg:flex" data-testid="key-help">
      {KEYS.map(([keys, name]) => (
        <div key={name} className="flex items-center gap-1.5">
          <dt className="flex gap-1">
            {keys.split(" ").map((key) => <kbd key={key} className="min-w-6 rounded border border-line-strong bg-surface px-1.5 text-center font-sans leading-5 font-semibold text-ink-2 shadow-1">{key}</kbd>)}
          </dt>
          <dd>{t(name)}</dd>
        </div>
      ))}
    </dl>
  );
}
