"use client";

import { CircleCheck, OctagonAlert, PlugZap } from "lucide-react";
import { useTranslations } from "use-intl";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/feedback";
import { useFormat } from "@/lib/format";
import { useCheckAccount } from "@/lib/settings";
import type { AccountCheck, Id, MessageKind } from "@/lib/types";

const TONE: Record<NonNullable<AccountCheck["senders"]>[number]["status"], Tone> = {
  active: "good", pending: "warn", blocked: "bad", expired: "bad", missing: "bad",
};

/** Asks the carrier whether the account works, and shows what it answered. */
export function AccountTest({ id }: { id: Id }) {
  const t = useTranslations("carriers");
  const check = useCheckAccount(id);
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Button variant="secondary" size="sm" loading={check.isPending} onClick={() => check.mutate()} data-testid="carrier-test">
          {check.isPending ? null : <PlugZap aria-hidden />}
          {t("test")}
        </Button>
        <span className="text-[0.82rem] text-ink-3">{t("testNote")}</span>
      </div>
      {check.error ? <Notice tone="bad" icon={<OctagonAlert aria-hidden />}>{check.error.message}</Notice> : null}
      {check.data && !check.isPending ? <Result found={check.data} /> : null}
    </div>
  );
}

function Result({ found }: { found: AccountCheck }) {
  const t = useTranslations("carriers");
  if (!found.works) {
    return (
      <Notice tone="bad" icon={<OctagonAlert aria-hidden />} title={t("broken")}>
        <div role="alert" data-testid="carrier-test-result" data-works="false">
          <p>{found.problem}</p>
          {found.code ? <p className="mt-0.5 text-[0.82rem] opacity-75">{t("codeSays", { code: found.code })}</p> : null}
        </div>
      </Notice>
    );
  }
  return (
    <Notice tone="good" icon={<CircleCheck aria-hidden />} title={t("works")}>
      <dl className="mt-1.5 grid gap-2 text-ink" role="status" data-testid="carrier-test-result" data-works="true">
        <Money found={found} />
        <Senders found={found} />
      </dl>
    </Notice>
  );
}

function Money({ found }: { found: AccountCheck }) {
  const t = useTranslations();
  const format = useFormat();
  const counts = Object.entries(found.remaining ?? {}).map(([kind, count]) => `${t(`kind.${kind as MessageKind}`)} ${t("monitor.messages", { count: format.number(count) })}`);
  if (found.balance_krw === null && counts.length === 0) return <div><dd className="text-[0.87rem] text-ink-2">{t("carriers.noBalance")}</dd></div>;
  return (
    <div>
      <dt className="text-[0.82rem] text-ink-2">{t(counts.length > 0 ? "carriers.remaining" : "carriers.balance")}</dt>
      <dd className="font-semibold" data-testid="carrier-test-balance">{counts.length > 0 ? counts.join(" · ") : format.won(found.balance_krw ?? 0)}</dd>
    </div>
  );
}

function Senders({ found }: { found: AccountCheck }) {
  const t = useTranslations("carriers");
  if (found.senders === null) return <div><dd className="text-[0.87rem] text-ink-2">{t("noSenders")}</dd></div>;
  return (
    <div>
      <dt className="text-[0.82rem] text-ink-2">{t("ownSenders")}</dt>
      {found.senders.length === 0 ? <dd className="text-[0.87rem]">{t("noneOurs")}</dd> : null}
      {found.senders.map(({ value, status }) => (
        <dd key={value} className="mt-1 flex flex-wrap items-center gap-2" data-testid="carrier-test-sender" data-status={status}>
          <span className="min-w-0 font-medium break-all">{value}</span>
          <Badge tone={TONE[status]} className="bg-surface">{t(`senderStatus.${status}`)}</Badge>
        </dd>
      ))}
    </div>
  );
}
