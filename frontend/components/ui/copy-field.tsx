"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { copyText } from "@/lib/utils";
import { Button } from "./button";

/** A read-only value with a button that copies it. */
export function CopyField({ label, value, testId }: { label: string; value: string; testId?: string }) {
  const t = useTranslations("common");
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="min-w-0">
      <p className="mb-1 text-[0.82rem] text-ink-3">{label}</p>
      <div className="flex items-center gap-1 rounded-md bg-sunken py-1 pr-1 pl-3 ring-1 ring-line ring-inset">
        <code className="no-scrollbar min-w-0 flex-1 overflow-x-auto font-mono text-[0.8rem] whitespace-nowrap" data-testid={testId}>{value}</code>
        <Button variant="ghost" size="icon-sm" aria-label={`${label}: ${t(copied ? "copied" : "copy")}`} onClick={copy}>
          {copied ? <Check className="text-good" aria-hidden /> : <Copy aria-hidden />}
        </Button>
      </div>
    </div>
  );
}
