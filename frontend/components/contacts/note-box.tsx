"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { useAddNote } from "@/lib/contacts";

export function NoteBox({ contactId }: { contactId: string }) {
  const t = useTranslations("contacts");
  const add = useAddNote(contactId);
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(text.trim(), { onSuccess: () => setText("") });
  };
  return (
    <form onSubmit={submit} className="grid gap-2">
      <Textarea
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim()) submit(event);
        }}
        maxLength={5000}
        placeholder={t("notePlaceholder")}
        aria-label={t("addNote")}
        className={text ? "min-h-20" : "h-10 min-h-10 resize-none py-1.5"}
        data-testid="note-text"
      />
      {text.trim() ? (
        <Button type="submit" size="sm" className="justify-self-end" loading={add.isPending} data-testid="note-add">{t("addNote")}</Button>
      ) : null}
    </form>
  );
}
