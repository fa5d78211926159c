"use client";

import { UserRoundCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { useDeciders } from "@/lib/session";
import type { Id } from "@/lib/types";

/** Who may decide what one may not decide oneself, by name; without whoever asked, if a second person is wanted. */
export function Deciders({ except }: { except?: Id }) {
  const t = useTranslations();
  const found = useDeciders(true).data;
  if (!found) return null;
  const people = found.filter(({ id }) => id !== except);
  if (people.length === 0) return <NobodyElse />;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 text-[0.9rem]" data-testid="deciders">
      <span className="text-ink-3">{t("deciders.title")}</span>
      {people.map((person) => (
        <span key={person.id} className="inline-flex items-center gap-1.5 rounded-full bg-sunken px-2.5 py-1 font-medium">
          <UserRoundCheck className="size-3.5 text-ink-3" aria-hidden />
          {person.name}
          <Badge>{t(`role.${person.role}`)}</Badge>
        </span>
      ))}
    </div>
  );
}

function NobodyElse() {
  const t = useTranslations("deciders");
  return (
    <p className="text-[0.9rem] text-warn-ink" data-testid="deciders-none">
      {t("nobodyElse")} <Link href="/settings/members" className="font-medium underline underline-offset-4">{t("invite")}</Link>
    </p>
  );
}
