"use client";

import { ArrowRight, TriangleAlert, WandSparkles } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/feedback";
import { measure, removeUnsendable } from "@/lib/cp949";
import type { StepDraft } from "@/lib/draft";
import { useDebounced } from "@/lib/hooks";
import { useFixedText } from "@/lib/pictures";
import type { CharacterOffer } from "@/lib/types";

/** Characters that no phone can show: one click writes what the server offers instead, another leaves them out. */
export function Unsendable({ step, onChange }: { step: StepDraft; onChange: (part: Partial<StepDraft>) => void }) {
  const t = useTranslations("wizard");
  const characters = [...new Set([...measure(step.body).unsendable, ...measure(step.subject).unsendable])];
  const body = useDebounced(step.body, 300);
  const subject = useDebounced(step.subject, 300);
  const fixedBody = useFixedText(body, characters.length > 0 && body !== "");
  const fixedSubject = useFixedText(subject, characters.length > 0 && subject !== "");
  if (characters.length === 0) return null;
  const fresh = body === step.body && subject === step.subject && fixedBody.data !== undefined;
  const offers = [...(fixedBody.data?.replaced ?? []), ...(fixedSubject.data?.replaced ?? [])];
  const replace = () => onChange({ body: fixedBody.data?.text ?? step.body, subject: fixedSubject.data?.text ?? step.subject });
  const remove = () => onChange({ body: removeUnsendable(step.body), subject: removeUnsendable(step.subject) });
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />} title={t("unsendable")}>
      <p>{t("unsendableNote")}</p>
      <div className="mt-2 flex flex-wrap items-center gap-1.5" data-testid="unsendable">
        {characters.map((character) => <Offered key={character} character={character} offer={offers.find((one) => character.includes(one.character))} />)}
        <span className="ml-auto flex flex-wrap gap-1.5">
          <Button variant="ghost" size="sm" onClick={remove} data-testid="unsendable-remove">{t("removeUnsendable")}</Button>
          <Button variant="secondary" size="sm" disabled={!fresh} onClick={replace} data-testid="unsendable-replace">
            <WandSparkles aria-hidden />
            {t("replaceUnsendable")}
          </Button>
        </span>
      </div>
    </Notice>
  );
}

function Offered({ character, offer }: { character: string; offer?: CharacterOffer }) {
  const t = useTranslations("wizard");
  return (
    <span className="inline-flex items-center gap-1.5 rounded-md bg-surface/70 px-2 py-0.5 text-base">
      {character}
      {offer ? (
        <>
          <ArrowRight className="size-3.5 opacity-60" aria-hidden />
          {offer.replacement || <span className="text-[0.8rem]">{t("leftOut")}</span>}
        </>
      ) : null}
    </span>
  );
}
