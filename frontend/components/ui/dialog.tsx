"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useWayBack } from "@/lib/hooks";
import { cn } from "@/lib/utils";
import { Button } from "./button";

interface OverlayProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Where the keyboard goes on afterwards, if what it was on before is gone: an item of a menu. */
  wayBack?: () => HTMLElement | null;
  "data-testid"?: string;
}

const shade = "fixed inset-0 z-50 animate-fade bg-(--overlay) backdrop-blur-[2px]";

function Close() {
  const t = useTranslations("common");
  return (
    <Radix.Close asChild>
      <Button variant="ghost" size="icon-sm" aria-label={t("close")} className="-mt-1 -mr-2">
        <X aria-hidden />
      </Button>
    </Radix.Close>
  );
}

function Heading({ title, description }: Pick<OverlayProps, "title" | "description">) {
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="min-w-0">
        <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
        <Radix.Description className={cn("mt-1 text-[0.9rem] text-ink-3", !description && "sr-only")}>
          {description ?? title}
        </Radix.Description>
      </div>
      <Close />
    </div>
  );
}

const AT = {
  centre: cn(
    "inset-x-0 bottom-0 max-h-[92dvh] animate-rise rounded-t-2xl border",
    "sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[min(32rem,calc(100vw-3rem))] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl",
  ),
  right: "inset-y-0 right-0 w-full animate-sheet-in scroll-thin border-l sm:w-[30rem]",
} as const;

const FIELDS = "input:not([disabled]):not(.sr-only), textarea:not([disabled]), button[role=combobox]:not([disabled])";

/** Writing starts in the first field, not at the cross. Not under a finger: the phone's keyboard would hide the rest. */
function toFirstField(event: Event): void {
  const field = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(FIELDS);
  if (!field || !window.matchMedia("(pointer: fine)").matches) return;
  event.preventDefault();
  field.focus();
}

function Overlay({ at, open, onOpenChange, title, description, children, className, wayBack, ...rest }: OverlayProps & { at: keyof typeof AT }) {
  const { leave, comeBack } = useWayBack(wayBack);
  const enter = (event: Event) => {
    leave();
    if (at === "centre") toFirstField(event);
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={shade} />
        <Radix.Content onOpenAutoFocus={enter} onCloseAutoFocus={comeBack} data-testid={rest["data-testid"]} className={cn("fixed z-50 overflow-y-auto border-line bg-raised p-6 shadow-3", AT[at], className)}>
          <Heading title={title} description={description} />
          <div className="mt-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A centred dialog; on phones it rises from the bottom edge. */
export const Dialog = (props: OverlayProps) => <Overlay at="centre" {...props} />;

/** A panel at the right edge, full width on phones. */
export const Sheet = (props: OverlayProps) => <Overlay at="right" {...props} />;

/** A form's buttons: they stay in sight while a long form scrolls above them. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return <div className="sticky -bottom-6 z-10 -mx-6 mt-1 -mb-6 flex justify-end gap-2 border-t border-line bg-raised px-6 py-4">{children}</div>;
}
