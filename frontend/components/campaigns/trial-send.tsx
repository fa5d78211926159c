"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { sendTrial } from "@/lib/campaigns";
import type { Draft } from "@/lib/draft";
import { useReason } from "@/lib/reasons";
import { STEP_LABEL } from "./message-step";

interface TrialSendProps {
  draft: Draft;
  save: () => Promise<string>;
}

/** Saves what is on the screen and sends one of its steps to one's own number. */
export function TrialSend({ draft, save }: TrialSendProps) {
  const t = useTranslations("trial");
  const words = useTranslations("wizard");
  const reasonOf = useReason();
  const [to, setTo] = useState("");
  const [step, setStep] = useState("1");
  const trial = useMutation({
    mutationFn: async () => sendTrial(await save(), to.trim(), Math.min(Number(step), draft.steps.length)),
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
      {draft.steps.length > 1 ? (
        <Select
          className="mt-2.5"
          value={step}
          onValueChange={setStep}
          aria-label={t("step")}
          options={draft.steps.map((one, index) => ({ value: String(index + 1), label: `${index + 1}. ${words(STEP_LABEL[one.channel])}` }))}
          data-testid="test-send-step"
        />
      ) : null}
      <div className="mt-2.5 flex gap-2">
        <Input value={to} inputMode="tel" onChange={(event) => setTo(event.target.value)} placeholder="010-1234-5678" aria-label={t("to")} data-testid="test-send-to" />
        <Button type="submit" variant="secondary" disabled={!to.trim()} loading={trial.isPending} data-testid="test-send-button">{t("send")}</Button>
      </div>
    </form>
  );
}
