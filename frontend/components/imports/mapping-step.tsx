"use client";

import { ArrowRight, CircleAlert, History, Info } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { TagEditor } from "@/components/contacts/tag-editor";
import { Button } from "@/components/ui/button";
import { Deciders } from "@/components/ui/deciders";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { ApiError } from "@/lib/api";
import { useConfirmMapping, useCustomFields } from "@/lib/imports";
import { needsOf, sensitiveColumns, toMappingInput, useMappingDraft, type Need } from "@/lib/mapping-draft";
import { useCan } from "@/lib/session";
import type { ImportItem } from "@/lib/types";
import { cn } from "@/lib/utils";
import { ColumnTable } from "./column-table";
import { ExistingChoice } from "./existing-choice";
import { GeneratedStop } from "./generated-stop";
import { OriginFields } from "./origin-fields";
import { SheetChoice } from "./sheet-choice";

const PLACE: Record<Need, string> = {
  sheet: "import-sheets", generated: "import-generated", point: "import-columns", right: "import-columns", consent: "import-columns",
  source: "import-origin", basis: "import-origin",
};

function goTo(need: Need): void {
  const place = document.getElementById(PLACE[need]);
  place?.scrollIntoView({ behavior: "smooth", block: "start" });
  const wanted = place?.querySelector<HTMLElement>(`[data-need="${need}"]`) ?? place?.querySelector<HTMLElement>("input, textarea, button");
  wanted?.focus({ preventScroll: true });
}

/** What this page says itself, at the column or field that it is about. */
const SAID_THERE = /^(refused_column|sensitive_column|hidden_column|choose_sheet|generated|no_source)/;

function codeOf(warning: ImportItem["warnings"][number]): string {
  return typeof warning === "string" ? "" : (warning.code ?? "");
}

/** Everything the server wants to know before it reads the list, on one page, one question under the other. */
export function MappingStep({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const confirm = useConfirmMapping(item.id);
  const { manage, seeSensitive } = useCan();
  const { draft, change } = useMappingDraft(item);
  const [tried, setTried] = useState(false);
  const labels = (useCustomFields().data ?? []).filter((field) => field.sensitive).map((field) => field.label);
  const sensitive = sensitiveColumns(draft, item, labels);
  const needs = needsOf(draft, item, sensitive, seeSensitive);
  const stopped = Boolean(item.generated) && !manage;
  const severalSheets = (item.sheets?.length ?? 0) > 1;
  const submit = () => {
    setTried(true);
    if (needs[0]) return goTo(needs[0]);
    confirm.mutate(toMappingInput(draft, item, sensitive));
  };
  const chooseSheet = (sheet: string) => confirm.mutate({ mapping: {}, sheet });
  const ready = !severalSheets || item.sheet;
  return (
    <div>
      {severalSheets ? (
        <Part id="import-sheets" title={t("sheetTitle")} note={t("sheetNote")}>
          {item.sheet && item.warnings.some((warning) => codeOf(warning).startsWith("choose_sheet")) ? (
            <Notice tone="warn" icon={<Info aria-hidden />} className="mb-3">{t("sheetCheck", { sheet: item.sheet })}</Notice>
          ) : null}
          <SheetChoice item={item} pending={confirm.isPending ? confirm.variables.sheet : undefined} onChoose={chooseSheet} />
        </Part>
      ) : null}
      {item.generated ? (
        <Part id="import-generated" title={t("generatedTitle")}>
          <GeneratedStop item={item} reason={draft.generatedReason} missing={tried} onReason={(generatedReason) => change({ generatedReason })} />
        </Part>
      ) : null}
      {ready ? (
        <>
          <Part id="import-columns" title={t("mapTitle")} note={t("mapNote")} wide>
            <Hints item={item} />
            <ColumnTable item={item} draft={draft} sensitive={sensitive} onChange={change} tried={tried} />
          </Part>
          <Part id="import-existing" title={t("onExisting")} note={t("onExistingNote")}>
            <ExistingChoice value={draft.onExisting} onChange={(onExisting) => change({ onExisting })} />
          </Part>
          <Part id="import-origin" title={t("originTitle")} note={t("originNote")}>
            <OriginFields draft={draft} onChange={change} tried={tried} />
            <Field label={t("defaultTags")} hint={t("defaultTagsNote")} optional={t("optional")} className="mt-5">
              <TagField tags={draft.tags} onChange={(tags) => change({ tags })} />
            </Field>
          </Part>
        </>
      ) : null}
      {ready || confirm.error ? (
        <footer className="grid gap-3 border-t border-line bg-sunken/50 px-5 py-4 sm:px-7">
          {confirm.error ? <Refusal error={confirm.error} /> : null}
          {ready ? (
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
              {stopped ? <Deciders /> : <Needs needs={needs} />}
              {stopped ? null : (
                <Button size="lg" className="max-sm:w-full" loading={confirm.isPending} onClick={submit} data-testid="mapping-confirm">
                  {t("start")}
                  <ArrowRight aria-hidden />
                </Button>
              )}
            </div>
          ) : null}
        </footer>
      ) : null}
    </div>
  );
}

function Part({ id, title, note, wide, children }: { id: string; title: string; note?: string; wide?: boolean; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className={cn("scroll-mt-20 border-b border-line pt-6 last:border-0", wide || "pb-6")}>
      <header className="px-5 sm:px-7">
        <h2 id={`${id}-title`} className="text-lg font-semibold">{title}</h2>
        {note ? <p className="mt-0.5 text-[0.9rem] text-ink-3">{note}</p> : null}
      </header>
      <div className={wide ? "mt-4" : "mt-4 px-5 sm:px-7"}>{children}</div>
    </section>
  );
}

function Hints({ item }: { item: ImportItem }) {
  const t = useTranslations("imports");
  const warnings = item.warnings.filter((warning) => !SAID_THERE.test(codeOf(warning)));
  if (!item.remembered && warnings.length === 0) return null;
  return (
    <div className="mb-4 grid gap-2 px-5 sm:px-7">
      {item.remembered ? (
        <Notice icon={<History aria-hidden />} title={t("remembered")}>
          <p data-testid="mapping-remembered">{t("rememberedNote")}</p>
        </Notice>
      ) : null}
      {warnings.length ? (
        <Notice tone="warn" icon={<Info aria-hidden />} title={t("warnings")}>
          <ul data-testid="import-warnings">
            {warnings.map((warning, index) => <li key={index}>{typeof warning === "string" ? warning : warning.message}</li>)}
          </ul>
        </Notice>
      ) : null}
    </div>
  );
}

function TagField({ id, tags, onChange }: { id?: string; tags: string[]; onChange: (tags: string[]) => void }) {
  return <TagEditor id={id} tags={tags} onChange={onChange} testId="import-tags" />;
}

function Needs({ needs }: { needs: Need[] }) {
  const t = useTranslations("imports");
  if (needs.length === 0) return <p className="text-[0.9rem] text-ink-3">{t("allAnswered")}</p>;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 text-[0.9rem]" data-testid="mapping-needs">
      <span className="text-ink-3">{t("needs")}</span>
      {needs.map((need) => (
        <button key={need} type="button" onClick={() => goTo(need)} className="rounded-full bg-warn-soft px-3 py-1 font-medium text-warn-ink hover:underline">
          {t(`need_${need}`)}
        </button>
      ))}
    </div>
  );
}

function Refusal({ error }: { error: Error }) {
  return (
    <Notice tone="bad" icon={<CircleAlert aria-hidden />} title={error.message}>
      {error instanceof ApiError && error.details.length ? (
        <ul role="alert" data-testid="mapping-refused">
          {error.details.map((detail, index) => <li key={index}>{detail.message}</li>)}
        </ul>
      ) : null}
    </Notice>
  );
}
