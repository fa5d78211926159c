"use client";

import { CircleHelp, Search } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { FilterChip } from "@/components/ui/toggle";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Notice } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useLedger } from "@/lib/campaigns";
import { useFormat } from "@/lib/format";
import { useReason } from "@/lib/reasons";
import { useDebounced } from "@/lib/hooks";
import { MESSAGE_TONE } from "@/lib/states";
import type { Campaign, Message, MessageState } from "@/lib/types";
import { DecideDialog } from "./decide-dialog";

const STATES: MessageState[] = ["sending", "accepted", "delivered", "failed", "unknown", "withdrawn"];

function Person({ message }: { message: Message }) {
  const t = useTranslations("contacts");
  const name = message.name ?? t("noName");
  if (!message.contact_id) return <span className="font-medium">{name}</span>;
  return <Link href={`/contacts/${message.contact_id}`} prefetch={false} className="font-medium hover:underline">{name}</Link>;
}

function StateBadge({ state }: { state: MessageState }) {
  const t = useTranslations("messageState");
  return <Badge tone={MESSAGE_TONE[state]}>{t(state)}</Badge>;
}

/** Leads to what is known of an unknown message, and to the decision about it. */
function DecideButton({ message, onDecide }: { message: Message; onDecide: (message: Message) => void }) {
  const t = useTranslations("decide");
  if (message.state !== "unknown") return null;
  return (
    <Button variant="secondary" size="sm" onClick={() => onDecide(message)} data-testid="ledger-decide">
      <CircleHelp aria-hidden />
      {t("button")}
    </Button>
  );
}

function useColumns(onDecide: (message: Message) => void): Column<Message>[] {
  const t = useTranslations();
  const format = useFormat();
  const reasonOf = useReason();
  return [
    {
      id: "person",
      header: t("monitor.person"),
      cell: ({ row }) => (
        <span className="flex flex-wrap items-baseline gap-x-3">
          <Person message={row.original} />
          <span className="text-[0.87rem] text-ink-3">{row.original.phone}</span>
        </span>
      ),
    },
    {
      id: "channel",
      header: t("monitor.channel"),
      cell: ({ row }) => <span className="whitespace-nowrap">{row.original.step}. {t(`channel.${row.original.channel}`)}</span>,
    },
    {
      id: "state",
      header: t("monitor.state"),
      cell: ({ row }) => (
        <span className="flex items-center gap-2">
          <StateBadge state={row.original.state} />
          <DecideButton message={row.original} onDecide={onDecide} />
        </span>
      ),
    },
    {
      id: "reason",
      header: t("monitor.reason"),
      cell: ({ row }) => (
        <span className="text-ink-2">
          {row.original.reason ? reasonOf(row.original.reason) : null}
          {row.original.reason && row.original.carrier_code ? <span className="ml-2 text-xs text-ink-3">{row.original.carrier_code}</span> : null}
        </span>
      ),
    },
    { id: "sent", header: t("monitor.sentAt"), cell: ({ row }) => <span className="text-ink-3">{format.clock(row.original.attempted_at)}</span> },
    { id: "settled", header: t("monitor.settledAt"), cell: ({ row }) => <span className="text-ink-3">{format.clock(row.original.settled_at)}</span> },
  ];
}

interface LedgerProps {
  id: string;
  steps: Campaign["steps"];
  live: boolean;
  /** How many people's outcome is not known. */
  unknown: number;
}

export function Ledger({ id, steps, live, unknown }: LedgerProps) {
  const t = useTranslations();
  const [status, setStatus] = useState<MessageState | null>(null);
  const [step, setStep] = useState<number | null>(null);
  const [text, setText] = useState("");
  const [deciding, setDeciding] = useState<Message | null>(null);
  const columns = useColumns(setDeciding);
  const ledger = useLedger(id, { status, step, q: useDebounced(text, 200).trim() }, live);
  const messages = ledger.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card className="overflow-hidden" data-testid="ledger">
      <CardHeader title={t("monitor.ledger")} note={t("monitor.ledgerNote")} />
      {unknown > 0 ? <UnknownNotice count={unknown} onShow={status === "unknown" ? undefined : () => setStatus("unknown")} /> : null}
      <div className="flex flex-wrap items-center gap-2 px-5 pt-2 pb-3">
        <div className="relative min-w-52 flex-1">
          <Search className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" aria-hidden />
          <Input type="search" value={text} onChange={(event) => setText(event.target.value)} placeholder={t("monitor.search")} aria-label={t("monitor.search")} className="h-9 pl-9" data-testid="ledger-search" />
        </div>
        {steps.length > 1 ? (
          <Select
            className="h-9 w-auto"
            value={String(step ?? 0)}
            onValueChange={(value) => setStep(Number(value) || null)}
            aria-label={t("monitor.step")}
            options={[{ value: "0", label: t("monitor.everyStep") }, ...steps.map((one) => ({ value: String(one.position), label: `${one.position}. ${t(`channel.${one.channel}`)}` }))]}
            data-testid="ledger-step"
          />
        ) : null}
        <div role="group" aria-label={t("monitor.state")} className="no-scrollbar -mx-5 flex max-w-[100vw] gap-1.5 overflow-x-auto px-5 sm:mx-0 sm:px-0">
          <FilterChip label={t("common.all")} active={status === null} onClick={() => setStatus(null)} />
          {STATES.map((state) => (
            <FilterChip key={state} label={t(`messageState.${state}`)} active={status === state} onClick={() => setStatus(state)} testId={`ledger-${state}`} />
          ))}
        </div>
      </div>
      <div className="border-t border-line">
        <Unready query={ledger} rows={4} />
        {ledger.data && messages.length === 0 ? <p className="px-5 py-12 text-center text-[0.93rem] text-ink-3">{t("monitor.noMessages")}</p> : null}
        {messages.length > 0 ? (
          <DataTable caption={t("monitor.ledger")} columns={columns} rows={messages} rowId={(message) => message.id} card={(message) => <LedgerCard message={message} onDecide={setDeciding} />} />
        ) : null}
        {ledger.hasNextPage ? (
          <div className="border-t border-line p-3 text-center">
            <Button variant="ghost" size="sm" loading={ledger.isFetchingNextPage} onClick={() => ledger.fetchNextPage()}>{t("common.more")}</Button>
          </div>
        ) : null}
      </div>
      <DecideDialog campaignId={id} message={deciding} onClose={() => setDeciding(null)} />
    </Card>
  );
}

function UnknownNotice({ count, onShow }: { count: number; onShow?: () => void }) {
  const t = useTranslations("decide");
  const format = useFormat();
  return (
    <Notice tone="warn" icon={<CircleHelp aria-hidden />} className="mx-5 mt-2" title={t("unknown", { count: format.number(count) })}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-48 flex-1" data-testid="ledger-unknown-note">{t("unknownNote")}</p>
        {onShow ? <Button variant="secondary" size="sm" onClick={onShow} data-testid="ledger-unknown-show">{t("show")}</Button> : null}
      </div>
    </Notice>
  );
}

function LedgerCard({ message, onDecide }: { message: Message; onDecide: (message: Message) => void }) {
  const t = useTranslations();
  const reasonOf = useReason();
  const format = useFormat();
  return (
    <div className="px-4 py-3">
      <p className="flex items-center justify-between gap-3">
        <Person message={message} />
        <StateBadge state={message.state} />
      </p>
      <p className="mt-0.5 flex flex-wrap gap-x-3 text-[0.85rem] text-ink-3">
        <span>{message.phone}</span>
        <span>{message.step}. {t(`channel.${message.channel}`)}</span>
        {message.reason ? <span className="text-bad-ink">{reasonOf(message.reason)}</span> : null}
        <span className="ml-auto">{format.clock(message.settled_at ?? message.attempted_at)}</span>
      </p>
      <div className="mt-2 empty:hidden"><DecideButton message={message} onDecide={onDecide} /></div>
    </div>
  );
}
