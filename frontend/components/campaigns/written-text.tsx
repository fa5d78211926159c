"use client";

import { useRef, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Textarea } from "@/components/ui/input";
import type { Channel, Template } from "@/lib/types";
import { cn } from "@/lib/utils";
import { insertAt, VariableBar } from "./variable-bar";

interface WrittenTextProps {
  body: string;
  onBody: (body: string) => void;
  /** Whose saved templates are offered. */
  channels: Channel[];
  onTemplate: (template: Template) => void;
  wrong: boolean;
  /** How much of the room is used, in percent, and the colour that says it. */
  filled: number;
  tone: string;
  /** What is said of the size, under the bar. */
  children: ReactNode;
  id: string;
  testId: string;
}

/** Where a message is written: what can be put in above, how long it is below. */
export function WrittenText({ body, onBody, channels, onTemplate, wrong, filled, tone, children, id, testId }: WrittenTextProps) {
  const t = useTranslations("wizard");
  const area = useRef<HTMLTextAreaElement>(null);
  return (
    <div>
      <VariableBar channels={channels} onInsert={(text) => insertAt(area.current, body, text, onBody)} onTemplate={onTemplate} />
      <Textarea
        ref={area}
        value={body}
        onChange={(event) => onBody(event.target.value)}
        placeholder={t("bodyPlaceholder")}
        aria-label={t("body")}
        aria-invalid={wrong}
        aria-describedby={id}
        data-testid={testId}
        className="min-h-52 text-base"
      />
      <div id={id} className="mt-2">
        <div className="h-1 overflow-hidden rounded-full bg-line">
          <div className={cn("h-full rounded-full transition-[width,background-color] duration-150", tone)} style={{ width: `${filled}%` }} />
        </div>
        {children}
      </div>
    </div>
  );
}
