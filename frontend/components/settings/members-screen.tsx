"use client";

import { Ban, Lock, MoreHorizontal, RotateCcw, ShieldAlert, UserPlus, UserRoundCog } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtPeople } from "@/components/art";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Empty } from "@/components/ui/feedback";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { PageHeader } from "@/components/ui/page-header";
import { useFormat } from "@/lib/format";
import { useCan, useMe } from "@/lib/session";
import { useChangeMember, useMembers } from "@/lib/settings";
import type { Member, Role } from "@/lib/types";
import { cn } from "@/lib/utils";
import { CollectionScreen } from "./collection";
import { InviteDialog } from "./invite-dialog";

const STATUS_TONE: Record<Member["status"], Tone> = { active: "good", invited: "persimmon", disabled: "neutral" };
const ROLES: Role[] = ["owner", "admin", "staff"];

export function MembersScreen() {
  const t = useTranslations("members");
  const me = useMe();
  const { manage } = useCan();
  const members = useMembers(manage);
  const [inviting, setInviting] = useState(false);
  if (me.data && !manage) {
    return (
      <>
        <PageHeader title={t("title")} note={t("note")} />
        <Card><Empty art={<Lock className="size-10 text-ink-3" aria-hidden />} title={t("forbidden")} /></Card>
      </>
    );
  }
  const invite = (
    <Button onClick={() => setInviting(true)} data-testid="member-invite">
      <UserPlus aria-hidden />
      {t("invite")}
    </Button>
  );
  return (
    <>
      <CollectionScreen title={t("title")} note={t("note")} action={invite} query={members} empty={{ art: <ArtPeople />, title: t("title"), note: t("inviteNote") }}>
        {(items) => (
          <Card>
            <ul className="divide-y divide-line">
              {items.map((member) => <MemberLine key={member.id} member={member} self={member.id === me.data?.id} />)}
            </ul>
          </Card>
        )}
      </CollectionScreen>
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </>
  );
}

function MemberLine({ member, self }: { member: Member; self: boolean }) {
  const t = useTranslations();
  const format = useFormat();
  return (
    <li className={cn("flex items-center gap-4 px-5 py-4", member.status === "disabled" && "opacity-60")} data-testid="member-row">
      <span aria-hidden className="grid size-10 shrink-0 place-items-center rounded-full bg-persimmon-soft font-semibold text-persimmon-ink">
        {member.name.charAt(0)}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {member.name}
          {self ? <Badge tone="seal">{t("members.you")}</Badge> : null}
          {member.role === "staff" && member.sees_sensitive ? <Badge tone="persimmon"><ShieldAlert aria-hidden />{t("members.seesSensitive")}</Badge> : null}
        </p>
        <p className="truncate text-[0.87rem] text-ink-3">{member.email}</p>
      </div>
      <div className="flex flex-col items-end gap-1 sm:w-24 sm:items-start">
        <Badge>{t(`role.${member.role}`)}</Badge>
        <Badge tone={STATUS_TONE[member.status]} className="sm:hidden">{t(`members.${member.status}`)}</Badge>
      </div>
      <div className="w-24 max-sm:hidden"><Badge tone={STATUS_TONE[member.status]}>{t(`members.${member.status}`)}</Badge></div>
      <p className="w-32 text-[0.87rem] text-ink-3 max-md:hidden" title={t("members.lastLogin")}>
        {member.last_login_at ? format.dateTime(member.last_login_at) : t("members.never")}
      </p>
      <span className="w-8">{self ? null : <MemberMenu member={member} />}</span>
    </li>
  );
}

/** Only an owner touches owners; the server holds it too. */
function MemberMenu({ member }: { member: Member }) {
  const t = useTranslations();
  const { own } = useCan();
  const change = useChangeMember();
  const [asking, setAsking] = useState(false);
  if (member.role === "owner" && !own) return null;
  const roles = ROLES.filter((role) => role !== member.role && (own || role !== "owner"));
  return (
    <>
      <Menu
        trigger={
          <Button variant="ghost" size="icon-sm" aria-label={t("members.actions", { name: member.name })}>
            <MoreHorizontal aria-hidden />
          </Button>
        }
      >
        {roles.map((role) => (
          <MenuItem key={role} onSelect={() => change.mutate({ id: member.id, role })}>
            <UserRoundCog aria-hidden />
            {t("members.makeRole", { role: t(`role.${role}`) })}
          </MenuItem>
        ))}
        {member.role === "staff" ? (
          <MenuItem onSelect={() => change.mutate({ id: member.id, sees_sensitive: !member.sees_sensitive })} data-testid="member-sensitive">
            <ShieldAlert aria-hidden />
            {t(member.sees_sensitive ? "members.hideSensitive" : "members.showSensitive")}
          </MenuItem>
        ) : null}
        <MenuLine />
        {member.status === "disabled" ? (
          <MenuItem onSelect={() => change.mutate({ id: member.id, status: "active" })}>
            <RotateCcw aria-hidden />
            {t("members.enable")}
          </MenuItem>
        ) : (
          <MenuItem danger onSelect={() => setAsking(true)}>
            <Ban aria-hidden />
            {t("members.disable")}
          </MenuItem>
        )}
      </Menu>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t("members.disableTitle", { name: member.name })}
        description={t("members.disableNote")}
        confirmLabel={t("members.disable")}
        pending={change.isPending}
        onConfirm={() => change.mutate({ id: member.id, status: "disabled" }, { onSettled: () => setAsking(false) })}
      />
    </>
  );
}
