"use client";

import { CircleHelp, Clock } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Checkbox, ChoiceCards } from "@/components/ui/controls";
import { Deciders } from "@/components/ui/deciders";
import { Dialog, DialogFooter } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/feedback";
import { useDecideMessage } from "@/lib/campaigns";
import { useFormat } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { useCan } from "@/lib/session";
import type { Id, Message } from "@/lib/types";

type Fate = "sent" | "unsent";

/** What is not known of a message and why, and an admin's word on it. */
export function DecideDialog({ campaignId, message, onClose }: { campaignId: Id; message: Message | null; onClose: () => void }) {
  const t = useTranslations("decide");
  return (
    <Dialog open={message !== null} onOpenChange={(open) => !open && onClose()} title={t("title")} description={t("note")} data-testid="decide-dialog">
      {message ? <Content key={message.id} campaignId={campaignId} message={message} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Content({ campaignId, message, onClose }: { campaignId: Id; message: Message; onClose: () => void }) {
  const t = useTranslations("decide");
  const { manage } = useCan();
  const now = useNow(1000);
  const early = message.decide_from !== null && Date.parse(message.decide_from) > now;
  return (
    <div className="grid gap-4">
      <Facts message={message} />
      <Notice icon={<CircleHelp aria-hidden />} title={t("why")}>
        <p>{t("whyNote", { code: message.carrier_code ?? "–" })}</p>
      </Notice>
      {early ? <Early at={message.decide_from!} /> : null}
      {manage ? (
        <Decision campaignId={campaignId} message={message} disabled={early} onClose={onClose} />
      ) : (
        <Notice tone="warn" title={t("onlyAdmins")}><div className="mt-2"><Deciders /></div></Notice>
      )}
    </div>
  );
}

function Facts({ message }: { message: Message }) {
  const t = useTranslations();
  const format = useFormat();
  const facts = [
    [t("monitor.person"), [message.name ?? t("contacts.noName"), message.phone].filter(Boolean).join(" · ")],
    [t("monitor.channel"), `${message.step}. ${t(`channel.${message.channel}`)}`],
    [t("decide.attempted"), format.dateTime(message.attempted_at)],
  ] as const;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[0.93rem]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Early({ at }: { at: string }) {
  const t = useTranslations("decide");
  const format = useFormat();
  return (
    <Notice tone="warn" icon={<Clock aria-hidden />}>
      <p data-testid="decide-early">{t("early", { at: format.clock(at) })}</p>
    </Notice>
  );
}

interface DecisionProps {
  campaignId: Id;
  message: Message;
  disabled: boolean;
  onClose: () => void;
}

function Decision({ campaignId, message, disabled, onClose }: DecisionProps) {
  const t = useTranslations("decide");
  const words = useTranslations("common");
  const decide = useDecideMessage(campaignId);
  const [fate, setFate] = useState<Fate | "">("");
  const [looked, setLooked] = useState(false);
  const confirm = () =>
    decide.mutate({ id: message.id, sent: fate === "sent" }, {
      onSuccess: () => {
        toast.success(t(fate === "sent" ? "doneSent" : "doneUnsent"));
        onClose();
      },
    });
  return (
    <>
      <ChoiceCards<Fate | "">
        label={t("title")}
        value={fate}
        onValueChange={setFate}
        options={(["sent", "unsent"] as const).map((one) => ({ value: one, title: t(one), note: t(`${one}Note`), testId: `decide-${one}` }))}
      />
      <label className="flex items-start gap-2.5 text-[0.93rem]">
        <Checkbox className="mt-0.5" checked={looked} onCheckedChange={(value) => setLooked(value === true)} data-testid="decide-looked" />
        {t("looked")}
      </label>
      {decide.error ? <p role="alert" className="text-[0.9rem] text-bad-ink">{decide.error.message}</p> : null}
      <DialogFooter>
        <Button variant="secondary" onClick={onClose}>{words("cancel")}</Button>
        <Button
          variant={fate === "unsent" ? "danger" : "primary"}
          disabled={disabled || fate === "" || !looked}
          loading={decide.isPending}
          onClick={confirm}
          data-testid="decide-confirm"
        >
          {t(fate === "unsent" ? "confirmUnsent" : "confirm")}
        </Button>
      </DialogFooter>
    </>
  );
}
