"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { sendTrial, useSaveDraft } from "@/lib/campaigns";
import { toInput, type Draft } from "@/lib/draft";
import { useReason } from "@/lib/reasons";

interface TrialSendProps {
  id: string | null;
  draft: Draft;
  onSaved: (id: string) => void;
}

/** Saves what is on the screen and sends its first step to one's own number. */
export function TrialSend({ id, draft, onSaved }: TrialSendProps) {
  const t = useTranslations("trial");
  const save = useSaveDraft();
  const reasonOf = useReason();
  const [to, setTo] = useState("");
  const trial = useMutation({
    mutationFn: async () => {
      const campaign = await save.mutateAsync({ id, input: toInput(draft) });
      onSaved(campaign.id);
      return sendTrial(campaign.id, to.trim());
    },
    onSuccess: ({ state, reason }) => {
      if (state === "failed") toast.error(t("failed", { reason: reasonOf(reason ?? "unknown") }));
      else toast.success(t(state));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    trial.mutate();
  };
  return (
    <form onSubmit={submit} className="mt-6 border-t border-line pt-4">
      <p className="text-[0.9rem] font-medium">{t("title")}</p>
      <p className="text-[0.82rem] text-ink-3">{t("note")}</p>
      <div className="mt-2.5 flex gap-2">
        <Input value={to} inputMode="tel" onChange={(event) => setTo(event.target.value)} placeholder="010-1234-5678" aria-label={t("to")} data-testid="test-send-to" />
        <Button type="submit" variant="secondary" disabled={!to.trim()} loading={trial.isPending} data-testid="test-send-button">{t("send")}</Button>
      </div>
    </form>
  );
}
