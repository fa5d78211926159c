"use client";

import { Check, Copy, FileUp, HelpCircle, Printer } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useConsentWords } from "@/components/privacy/words";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/dialog";
import { Unready } from "@/components/ui/unready";
import { useFormat } from "@/lib/format";
import { useProvenance, type Provenance } from "@/lib/privacy";
import type { ContactDetail } from "@/lib/types";
import { ConsentState } from "./consent-state";
import { copyText } from "@/lib/utils";

/** One click for the question every office gets by phone: "Where did you get my number?" */
export function ProvenanceButton({ contact }: { contact: ContactDetail }) {
  const t = useTranslations("privacy");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="secondary" size="sm" className="justify-self-start" onClick={() => setOpen(true)} data-testid="provenance-open">
        <HelpCircle aria-hidden />
        {t("whereFrom")}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title={t("whereFrom")} description={t("whereFromNote")} className="sm:w-[36rem]" data-testid="provenance-sheet">
        {open ? <Answer contact={contact} /> : null}
      </Sheet>
    </>
  );
}

function Answer({ contact }: { contact: ContactDetail }) {
  const provenance = useProvenance(contact.id, true);
  if (!provenance.data) return <Unready query={provenance} rows={5} className="p-0" />;
  return (
    <div className="grid gap-6">
      <Spoken answer={provenance.data} />
      <Proof answer={provenance.data} />
    </div>
  );
}

function Spoken({ answer }: { answer: Provenance }) {
  const t = useTranslations();
  const [copied, setCopied] = useState(false);
  const text = answer.text;
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <section className="rounded-xl bg-seal-soft p-5 text-seal-soft-ink">
      <div className="grid gap-2 text-[1rem] leading-relaxed" data-testid="provenance-text">
        {answer.sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}
      </div>
      <div className="mt-4 flex flex-wrap gap-2 print:hidden">
        <Button size="sm" onClick={copy} data-testid="provenance-copy">
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
          {t(copied ? "common.copied" : "privacy.copyAnswer")}
        </Button>
        <Button size="sm" variant="secondary" onClick={() => printText(t("privacy.whereFrom"), text)}>
          <Printer aria-hidden />
          {t("privacy.print")}
        </Button>
      </div>
    </section>
  );
}

/** Prints the answer alone, from a frame of its own. */
function printText(title: string, text: string): void {
  const frame = document.createElement("iframe");
  frame.style.display = "none";
  document.body.append(frame);
  const page = frame.contentDocument!;
  page.title = title;
  const body = page.createElement("pre");
  body.style.cssText = "white-space: pre-wrap; font: 12pt/1.8 sans-serif";
  body.textContent = `${title}\n\n${text}`;
  page.body.append(body);
  frame.contentWindow!.onafterprint = () => frame.remove();
  frame.contentWindow!.print();
}

function Proof({ answer }: { answer: Provenance }) {
  const t = useTranslations("privacy");
  const format = useFormat();
  const words = useConsentWords();
  return (
    <section className="grid gap-4 text-[0.9rem]">
      <dl className="grid grid-cols-[7rem_1fr] gap-x-4 gap-y-1.5">
        <dt className="text-ink-3">{t("source")}</dt>
        <dd>{answer.source ?? t("unknownSource")}</dd>
        <dt className="text-ink-3">{t("legalBasis")}</dt>
        <dd>{answer.legal_basis && t.has(`basis.${answer.legal_basis}` as "basis.consent") ? t(`basis.${answer.legal_basis}` as "basis.consent") : (answer.legal_basis ?? "–")}</dd>
      </dl>
      {answer.imports.length > 0 ? (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {answer.imports.map((item) => (
            <li key={`${item.id}-${item.row_number}`} className="flex items-start gap-3 px-4 py-2.5">
              <FileUp className="mt-1 size-4 shrink-0 text-ink-3" aria-hidden />
              <span className="min-w-0">
                <span className="block font-medium break-words">{item.file_name}</span>
                <span className="block text-[0.84rem] text-ink-3">
                  {[item.row_number ? t("row", { number: item.row_number }) : null, format.dateTime(item.at), item.member].filter(Boolean).join(" · ")}
                </span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {answer.consents.map((consent) => (
        <p key={consent.id} className="flex flex-wrap items-center gap-x-2 text-ink-2">
          {[words.purpose(consent.purpose), words.method(consent.method), format.date(consent.given_at)].join(" · ")}
          <ConsentState consent={consent} />
        </p>
      ))}
      <p className="text-[0.84rem] text-ink-3">{t("whereFromLaw")}</p>
    </section>
  );
}
