"use client";

import { BellOff } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { useForgetConversation, type Conversation } from "@/lib/inbox";
import { useAddOptOut } from "@/lib/opt-outs";

/** People refuse in their own words, which no rule may guess: who reads them puts the number on the list from here. */
export function OptOutButton({ conversation }: { conversation: Conversation }) {
  const t = useTranslations("inbox");
  const add = useAddOptOut();
  const forget = useForgetConversation(conversation.id);
  const [asking, setAsking] = useState(false);
  // A promise, not callbacks: once the number is on the list this button is gone, and its callbacks with it.
  const confirm = () =>
    add
      .mutateAsync({ phone: conversation.peer, channel: "all", reason: t("optOutReason") })
      .then(forget, (error: Error) => void toast.error(error.message))
      .finally(() => setAsking(false));
  return (
    <>
      <Button variant="ghost" size="icon-sm" aria-label={t("optOut")} title={t("optOut")} onClick={() => setAsking(true)} data-testid="conversation-opt-out">
        <BellOff aria-hidden />
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("optOutTitle")}
        description={t("optOutNote")}
        confirmLabel={t("optOut")}
        pending={add.isPending}
        onConfirm={confirm}
        testId="conversation-opt-out-confirm"
      />
    </>
  );
}
