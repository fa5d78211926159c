"use client";

import { LoaderCircle, Search, X } from "lucide-react";
import { useCallback, useEffect, useRef, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import { Input } from "@/components/ui/input";

/** Whether a key belongs to a field that is being written in. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** `/` from anywhere on the page leads into the search. */
function useSlashKey(focus: () => void): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || isWriting(event.target)) return;
      // An open dialog keeps the keyboard for itself.
      if (document.querySelector('[role="dialog"],[role="alertdialog"]')) return;
      event.preventDefault();
      focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [focus]);
}

interface SearchBoxProps {
  value: string;
  busy: boolean;
  onChange: (value: string) => void;
}

export function SearchBox({ value, busy, onChange }: SearchBoxProps) {
  const t = useTranslations();
  const input = useRef<HTMLInputElement>(null);
  const focus = useCallback(() => input.current?.focus(), []);
  useSlashKey(focus);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      document.querySelector<HTMLElement>('[data-row="0"]')?.focus();
    }
    if (event.key === "Escape" && value) onChange("");
  };
  const Icon = busy ? LoaderCircle : Search;
  return (
    <div className="relative mb-2.5">
      <Icon className={`absolute top-1/2 left-3.5 size-[1.15rem] -translate-y-1/2 ${busy ? "animate-spin text-seal" : "text-ink-3"}`} aria-hidden />
      <Input
        ref={input}
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={t("contacts.search")}
        aria-label={t("contacts.search")}
        aria-keyshortcuts="/"
        data-testid="contact-search"
        className="peer h-11 rounded-lg pr-11 pl-10.5 [&::-webkit-search-cancel-button]:hidden"
      />
      {value ? (
        <button type="button" onClick={() => onChange("")} aria-label={t("common.clear")} className="absolute inset-y-0 right-0 grid w-11 place-items-center text-ink-3 hover:text-ink">
          <X className="size-4" aria-hidden />
        </button>
      ) : (
        <kbd aria-hidden className="pointer-events-none absolute top-1/2 right-3 grid size-6 -translate-y-1/2 place-items-center rounded border border-line bg-sunken text-xs text-ink-3 peer-focus:hidden max-lg:hidden">/</kbd>
      )}
    </div>
  );
}
