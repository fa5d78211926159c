"use client";

import { BellOff } from "lucide-react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Deciders } from "@/components/ui/deciders";
import { Notice } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { useForgetConversation, type Conversation } from "@/lib/inbox";
import { OPT_OUT_SOURCES, useAddOptOut, useLiftOptOut, type OptOutSource } from "@/lib/opt-outs";
import { useCan } from "@/lib/session";

interface OptedOutProps {
  conversation: Conversation;
  optOut: NonNullable<Conversation["opt_out"]>;
}

const isSource = (source: string): source is OptOutSource => (OPT_OUT_SOURCES as string[]).includes(source);

/** In the answer box's place: nobody who refused is written to. Taking it back is one click, audited, and can itself be taken back. */
export function OptedOut({ conversation, optOut }: OptedOutProps) {
  const t = useTranslations();
  const format = useFormat();
  const { manage } = useCan();
  const undo = useUndoOptOut(conversation);
  const how = isSource(optOut.source) ? t(`optOuts.sources.${optOut.source}`) : t("optOuts.byReply");
  return (
    <div className="border-t border-line p-3 sm:p-4">
      <Notice tone="bad" icon={<BellOff aria-hidden />} title={t("inbox.barred")}>
        <p data-testid="opted-out">{t("inbox.barredHow", { how, when: format.dateTime(optOut.created_at) })}</p>
        <div className="mt-2.5 flex flex-wrap items-center gap-x-3 gap-y-2">
          {manage ? (
            <Button variant="secondary" size="sm" loading={undo.isPending} onClick={() => undo.run(optOut.id)} data-testid="opt-out-undo">{t("inbox.undoOptOut")}</Button>
          ) : (
            <Deciders />
          )}
          <span className="text-[0.84rem]">{t("inbox.undoOptOutNote")}</span>
        </div>
      </Notice>
    </div>
  );
}

const told = (error: Error) => {
  toast.error(error.message);
};

function useUndoOptOut(conversation: Conversation) {
  const t = useTranslations("inbox");
  const lift = useLiftOptOut();
  const add = useAddOptOut();
  const forget = useForgetConversation(conversation.id);
  // Promises, not callbacks: the notice is gone when the opt-out is, and its callbacks with it.
  const restore = () => add.mutateAsync({ phone: conversation.peer, channel: "all", reason: t("restoredReason") }).then(forget, told);
  const run = (id: string) =>
    lift.mutateAsync({ id, reason: t("undoneReason") }).then(async () => {
      await forget();
      toast.success(t("optOutUndone"), { action: { label: t("restore"), onClick: restore }, duration: 10_000 });
    }, told);
  return { run, isPending: lift.isPending };
}
