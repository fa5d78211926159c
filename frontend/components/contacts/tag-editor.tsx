"use client";

import { X } from "lucide-react";
import { useId, useState, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import { useTags } from "@/lib/contacts";

interface TagEditorProps {
  tags: string[];
  onChange: (tags: string[]) => void;
  testId?: string;
  id?: string;
}

/** Tags as chips with a line to type new ones; knows the tags in use. */
export function TagEditor({ tags, onChange, testId, id }: TagEditorProps) {
  const t = useTranslations("contacts");
  const known = useTags().data ?? [];
  const listId = useId();
  const [text, setText] = useState("");
  const add = (value: string) => {
    const tag = value.trim();
    if (tag && !tags.includes(tag)) onChange([...tags, tag]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter while a Korean syllable is being composed only ends the syllable.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add(text);
    }
    if (event.key === "Backspace" && !text) onChange(tags.slice(0, -1));
  };
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2 py-1.5 shadow-1 focus-within:border-ring focus-within:outline-2 focus-within:outline-ring/45">
      {tags.map((tag) => (
        <span key={tag} className="inline-flex items-center gap-1 rounded-md bg-seal-soft py-0.5 pr-1 pl-2 text-[0.87rem] text-seal-soft-ink">
          {tag}
          <button type="button" aria-label={t("removeValue", { value: tag })} onClick={() => onChange(tags.filter((other) => other !== tag))} className="relative rounded p-0.5 after:absolute after:-inset-1.5 hover:bg-seal/15">
            <X className="size-3.5" aria-hidden />
          </button>
        </span>
      ))}
      <input
        id={id}
        value={text}
        list={listId}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => add(text)}
        placeholder={tags.length === 0 ? t("tagPlaceholder") : t("addTag")}
        aria-label={t("addTag")}
        data-testid={testId}
        className="h-7 min-w-28 flex-1 bg-transparent px-1 text-[0.93rem] outline-none placeholder:text-ink-3/80"
      />
      <datalist id={listId}>
        {known.filter(({ tag }) => !tags.includes(tag)).map(({ tag }) => <option key={tag} value={tag} />)}
      </datalist>
    </div>
  );
}
