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
import type { Variant } from "@/lib/types";
import { STEP_LABEL } from "./message-step";

interface TrialSendProps {
  draft: Draft;
  save: () => Promise<string>;
}

/** What can be tried: each step, the first one in both of its texts. */
function choicesOf({ steps, split }: Draft): { key: string; step: number; variant: Variant }[] {
  const texts = steps.map((_, index) => ({ key: `${index + 1}a`, step: index + 1, variant: "a" as Variant }));
  return split ? [...texts.slice(0, 1), { key: "1b", step: 1, variant: "b" }, ...texts.slice(1)] : texts;
}

/** Saves what is on the screen and sends one of its steps to one's own number. */
export function TrialSend({ draft, save }: TrialSendProps) {
  const t = useTranslations("trial");
  const words = useTranslations("wizard");
  const names = useTranslations("split.name");
  const reasonOf = useReason();
  const [to, setTo] = useState("");
  const choices = choicesOf(draft);
  const [chosen, setChosen] = useState("1a");
  const choice = choices.find(({ key }) => key === chosen) ?? choices[0]!;
  const trial = useMutation({
    mutationFn: async () => sendTrial(await save(), to.trim(), choice.step, choice.variant),
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
      {choices.length > 1 ? (
        <Select
          className="mt-2.5"
          value={choice.key}
          onValueChange={setChosen}
          aria-label={t("step")}
          options={choices.map(({ key, step, variant }) => ({
            value: key,
            label: [`${step}. ${words(STEP_LABEL[draft.steps[step - 1]!.channel])}`, draft.split && step === 1 ? names(variant) : ""].join(" ").trim(),
          }))}
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
