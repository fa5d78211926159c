"use client";

import { ArrowLeft, ArrowRight, Save } from "lucide-react";
import { useMemo, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { BackLink } from "@/components/layout/back-link";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { Stepper } from "@/components/ui/stepper";
import { NOTHING_DECLARED, useDeclarations, useSaveAll } from "@/lib/approvals";
import { isText, missing, toInput, type Draft, type Need } from "@/lib/draft";
import { useSenders } from "@/lib/settings";
import type { Declarations, Sender, Variant } from "@/lib/types";
import { AudienceSide, AudienceStep } from "./audience-step";
import { CheckStep, type CheckProps } from "./check-step";
import { CheckSide } from "./check-side";
import { DeleteDraftButton } from "./delete-draft";
import { MessageStep } from "./message-step";
import { OrderStep } from "./order-step";
import { PersonBar } from "./person-bar";
import { PhonePreview } from "./phone-preview";
import { useServerPreview } from "./use-server-preview";

const NEEDS_OF_STEP: Need[][] = [["Name", "Purpose", "Audience"], ["Content", "Picture", "Buttons", "Sendable", "Split", "SplitFirst", "SplitLinks"], ["SplitFirst", "Sender", "Date"], []];

/** A step without a chosen sender uses the camp's first one of the right kind. */
function withSenders(draft: Draft, senders: Sender[]): Draft {
  const first = (kind: Sender["kind"]) => senders.find((sender) => sender.kind === kind)?.id ?? null;
  return {
    ...draft,
    steps: draft.steps.map((step) => ({
      ...step,
      senderId: step.senderId ?? first(isText(step) ? "phone" : "kakao_channel"),
    })),
  };
}

/** What the wizard would save, to tell whether the screen has moved on since. */
const fingerprint = (draft: Draft, told: Declarations | null) =>
  JSON.stringify([draft.name, draft.purpose, draft.audience, draft.steps.map((step) => ({ ...step, key: "" })), draft.split, draft.scheduledAt, draft.priority, told]);

interface WizardProps {
  initial: Draft;
  initialId: string | null;
  firstStep?: number;
}

export function CampaignWizard({ initial, initialId, firstStep = 0 }: WizardProps) {
  const t = useTranslations("wizard");
  const [written, setDraft] = useState(initial);
  const [told, setTold] = useState<Declarations | null>(null);
  const [id, setId] = useState(initialId);
  const [savedAs, setSavedAs] = useState(initialId ? fingerprint(initial, null) : null);
  const [step, setStep] = useState(firstStep);
  const [row, setRow] = useState(1);
  const [variant, setVariant] = useState<Variant>("a");
  const senders = useSenders();
  const draft = useMemo(() => withSenders(written, senders.data ?? []), [written, senders.data]);
  const kept = useDeclarations(initialId).data;
  const declared = told ?? kept ?? NOTHING_DECLARED;
  const { audience, person, preview, fresh } = useServerPreview(draft, declared, row);
  const save = useSaveAll();
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    if (part.audience) setRow(1);
  };
  const go = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
  };
  const saveNow = async () => {
    const campaign = await save.mutateAsync({ id, input: toInput(draft), declared: told });
    setSavedAs(fingerprint(draft, told));
    if (!id) {
      setId(campaign.id);
      // The address follows without a navigation, which would throw the wizard's state away.
      window.history.replaceState(null, "", `/campaigns/${campaign.id}/edit`);
    }
    return campaign.id;
  };
  const steps = [t("stepAudience"), t("stepMessage"), t("stepOrder"), t("stepCheck")];
  const total = preview.data?.audience.value ?? 0;
  const people = <PersonBar row={row} total={total} onRow={setRow} />;
  const check: CheckProps = {
    id, draft, declared, preview, fresh: fresh !== undefined, people,
    changed: savedAs !== fingerprint(draft, told),
    save: saveNow,
    onDraft: change,
    onDeclared: setTold,
  };
  return (
    <>
      <PageHeader
        title={draft.name.trim() || t(id ? "editTitle" : "newTitle")}
        back={<BackLinkToList />}
        actions={
          <>
            {id ? <DeleteDraftButton id={id} name={draft.name} /> : null}
            <SaveButton draft={draft} save={saveNow} pending={save.isPending} />
          </>
        }
      />
      <div className="mb-6 max-w-3xl">
        <Stepper label={t("newTitle")} current={step} steps={steps} onStep={go} />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_21.5rem]">
        <div className="grid min-w-0 gap-5 *:min-w-0">
          {step === 0 ? <AudienceStep draft={draft} onChange={change} /> : null}
          {step === 1 ? <MessageStep draft={draft} onChange={change} person={person} rendered={fresh} people={audience.data?.count} variant={variant} onVariant={setVariant} /> : null}
          {step === 2 ? <OrderStep draft={draft} onChange={change} /> : null}
          {step === 3 ? <CheckStep {...check} /> : null}
          <WizardFooter step={step} draft={draft} onStep={go} />
        </div>
        <aside className="min-w-0 lg:sticky lg:top-8">
          {step === 0 ? <AudienceSide audience={audience} /> : null}
          {step === 1 || step === 2 ? <PhonePreview draft={draft} person={person} rendered={fresh} people={people} variant={variant} onVariant={setVariant} /> : null}
          {step === 3 ? <CheckSide {...check} /> : null}
        </aside>
      </div>
    </>
  );
}

function BackLinkToList() {
  const t = useTranslations("campaigns");
  return <BackLink href="/campaigns">{t("list")}</BackLink>;
}

function SaveButton({ draft, save, pending }: { draft: Draft; save: () => Promise<string>; pending: boolean }) {
  const t = useTranslations("wizard");
  const click = async () => {
    if (missing(draft).length > 0) return void toast.info(t("draftNeeds"));
    try {
      await save();
      toast.success(t("draftSaved"));
    } catch (error) {
      toast.error((error as Error).message);
    }
  };
  return (
    <Button variant="secondary" onClick={click} loading={pending} data-testid="draft-save">
      <Save aria-hidden />
      {t("saveDraft")}
    </Button>
  );
}

function WizardFooter({ step, draft, onStep }: { step: number; draft: Draft; onStep: (step: number) => void }) {
  const t = useTranslations();
  const needs = missing(draft).filter((need) => NEEDS_OF_STEP[step]?.includes(need));
  return (
    <div className="flex flex-wrap items-center gap-3">
      {step > 0 ? (
        <Button variant="ghost" onClick={() => onStep(step - 1)} data-testid="wizard-back">
          <ArrowLeft aria-hidden />
          {t("common.back")}
        </Button>
      ) : null}
      {step < 3 ? (
        <div className="ml-auto flex flex-wrap items-center justify-end gap-3">
          <p className="text-[0.87rem] text-ink-3" aria-live="polite">
            {needs.length > 0 ? `${t("wizard.needs")}: ${needs.map((need) => t(`wizard.need${need}`)).join(", ")}` : null}
          </p>
          <Button size="lg" disabled={needs.length > 0} onClick={() => onStep(step + 1)} data-testid="wizard-next">
            {t("common.next")}
            <ArrowRight aria-hidden />
          </Button>
        </div>
      ) : null}
    </div>
  );
}
