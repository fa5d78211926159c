"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useTemplates } from "@/lib/settings";
import type { Channel, Template } from "@/lib/types";

const VARIABLES = ["이름", "전화번호", "주소", "수신거부링크"];

/** Writes where the cursor stands, and puts it behind what was written. */
export function insertAt(area: HTMLTextAreaElement | null, body: string, text: string, write: (body: string) => void): void {
  const { selectionStart, selectionEnd } = area ?? { selectionStart: body.length, selectionEnd: body.length };
  write(body.slice(0, selectionStart) + text + body.slice(selectionEnd));
  requestAnimationFrame(() => {
    area?.focus();
    area?.setSelectionRange(selectionStart + text.length, selectionStart + text.length);
  });
}

interface VariableBarProps {
  /** Whose saved templates are offered. */
  channels: Channel[];
  onInsert: (text: string) => void;
  onTemplate: (template: Template) => void;
}

/** What can be put into a text: values of the person, and texts that were saved. */
export function VariableBar({ channels, onInsert, onTemplate }: VariableBarProps) {
  const t = useTranslations("wizard");
  const templates = (useTemplates().data ?? []).filter((template) => channels.includes(template.channel));
  return (
    <div className="mb-2 flex flex-wrap items-center gap-1.5">
      <span className="mr-1 text-[0.87rem] font-medium text-ink-2" title={t("variablesNote")}>{t("variables")}</span>
      {VARIABLES.map((name) => (
        <button
          key={name}
          type="button"
          onClick={() => onInsert(`#{${name}}`)}
          title={name === "수신거부링크" ? t("refusalLinkNote") : undefined}
          data-testid={`variable-${name}`}
          className="rounded-md bg-persimmon-soft px-2 py-0.5 text-[0.87rem] font-medium text-persimmon-ink hover:brightness-95 dark:hover:brightness-125"
        >
          {`#{${name}}`}
        </button>
      ))}
      {templates.length > 0 ? (
        <span className="ml-auto">
          <Menu trigger={<Button variant="ghost" size="sm">{t("useTemplate")}</Button>}>
            {templates.map((template) => (
              <MenuItem key={template.id} onSelect={() => onTemplate(template)}>{template.name}</MenuItem>
            ))}
          </Menu>
        </span>
      ) : null}
    </div>
  );
}
