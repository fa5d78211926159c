"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useWayBack } from "@/lib/hooks";
import { Button } from "./button";

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description: ReactNode;
  confirmLabel: string;
  onConfirm: () => void;
  pending?: boolean;
  danger?: boolean;
  children?: ReactNode;
  testId?: string;
}

/** Asks before something that cannot be taken back. It stays open, disabled, while the action runs. */
export function Confirm(props: ConfirmProps) {
  const t = useTranslations("common");
  const { leave, comeBack } = useWayBack();
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-(--overlay) backdrop-blur-[2px]" />
        <Radix.Content onOpenAutoFocus={leave} onCloseAutoFocus={comeBack} className="fixed inset-x-4 bottom-4 z-50 animate-rise rounded-2xl border border-line bg-raised p-6 shadow-3 sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[27rem] sm:-translate-x-1/2 sm:-translate-y-1/2">
          <Radix.Title className="text-lg font-semibold">{props.title}</Radix.Title>
          <Radix.Description className="mt-1.5 text-[0.93rem] text-ink-2">{props.description}</Radix.Description>
          {props.children}
          <div className="mt-6 flex justify-end gap-2">
            <Radix.Cancel asChild>
              <Button variant="secondary" disabled={props.pending}>{t("cancel")}</Button>
            </Radix.Cancel>
            <Button
              variant={props.danger ? "danger" : "primary"}
              loading={props.pending}
              onClick={props.onConfirm}
              data-testid={props.testId}
            >
              {props.confirmLabel}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
