"use client";

import { UserRoundCheck } from "lucide-react";
import { useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { useDeciders } from "@/lib/session";

/** Who may decide what one may not decide oneself, by name. */
export function Deciders() {
  const t = useTranslations();
  const people = useDeciders(true).data ?? [];
  if (people.length === 0) return null;
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
