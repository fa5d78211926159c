"use client";

import { ArrowLeft, CheckCheck, RotateCcw, UserPlus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLabel, MenuLine } from "@/components/ui/menu";
import { useChangeConversation, useColleagues, type Conversation } from "@/lib/inbox";
import { useMe } from "@/lib/session";
import { Avatar, titleOf } from "./conversation-list";
import { OptOutButton } from "./opt-out-button";

interface ConversationHeadProps {
  conversation: Conversation;
  onToggle: () => void;
  toggling: boolean;
  onBack: () => void;
}

export function ConversationHead({ conversation, onToggle, toggling, onBack }: ConversationHeadProps) {
  const t = useTranslations();
  const open = conversation.status === "open";
  const Icon = open ? CheckCheck : RotateCcw;
  const title = titleOf(conversation, t("contacts.noName"));
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3 py-2.5 sm:px-4">
      <Button variant="ghost" size="icon-sm" onClick={onBack} aria-label={t("inbox.backToList")} className="lg:hidden" data-testid="conversation-back">
        <ArrowLeft aria-hidden />
      </Button>
      <Avatar conversation={conversation} className="max-sm:hidden" />
      <div className="min-w-0 flex-1 leading-tight">
        <h2 className="truncate text-[1.05rem] font-semibold" data-testid="conversation-title">
          {conversation.contact ? <Link href={`/contacts/${conversation.contact.id}`} className="hover:underline">{title}</Link> : title}
        </h2>
        <p className="truncate text-[0.82rem] text-ink-3">{conversation.contact ? conversation.peer : t("inbox.noContact")}</p>
      </div>
      <div className="flex items-center gap-1.5">
        {conversation.kind === "phone" && !conversation.opt_out ? <OptOutButton conversation={conversation} /> : null}
        <AssignMenu conversation={conversation} />
        <Button variant="secondary" size="sm" loading={toggling} onClick={onToggle} data-testid="conversation-toggle">
          {toggling ? null : <Icon aria-hidden />}
          {t(open ? "inbox.close" : "inbox.reopen")}
        </Button>
      </div>
    </header>
  );
}

function AssignMenu({ conversation }: { conversation: Conversation }) {
  const t = useTranslations("inbox");
  const me = useMe().data;
  const colleagues = useColleagues().data ?? [];
  const change = useChangeConversation(conversation.id);
  const assign = (assignee_id: string | null) => change.mutate({ assignee_id });
  const assignee = colleagues.find((one) => one.id === conversation.assignee_id);
  const others = colleagues.filter((one) => one.id !== me?.id);
  return (
    <Menu
      trigger={
        <Button variant="secondary" size="sm" aria-label={t("assign")} data-testid="conversation-assign" className="max-w-36">
          <UserPlus aria-hidden />
          <span className="truncate">{assignee?.name ?? t("unassigned")}</span>
        </Button>
      }
    >
      <MenuLabel>{t("assign")}</MenuLabel>
      {me ? <MenuItem checked={conversation.assignee_id === me.id} onSelect={() => assign(me.id)} data-testid="assign-me">{t("toMe", { name: me.name })}</MenuItem> : null}
      {others.map((one) => (
        <MenuItem key={one.id} checked={one.id === conversation.assignee_id} onSelect={() => assign(one.id)}>{one.name}</MenuItem>
      ))}
      {conversation.assignee_id ? (
        <>
          <MenuLine />
          <MenuItem onSelect={() => assign(null)} data-testid="assign-none">{t("unassign")}</MenuItem>
        </>
      ) : null}
    </Menu>
  );
}
