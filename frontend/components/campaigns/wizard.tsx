"use client";

import { ArrowLeft, ArrowRight, Save } from "lucide-react";
import { useMemo, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { BackLink } from "@/components/layout/back-link";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { Stepper } from "@/components/ui/stepper";
import { useAudienceSize, usePreview, useSaveDraft, type PreviewRequest } from "@/lib/campaigns";
import { hasContent, missing, toAudience, toInput, toSteps, type Draft, type Need } from "@/lib/draft";
import { useDebounced } from "@/lib/hooks";
import { useSenders } from "@/lib/settings";
import type { Sender } from "@/lib/types";
import { AudienceSide, AudienceStep } from "./audience-step";
import { CheckSide, CheckStep } from "./check-step";
import { DeleteDraftButton } from "./delete-draft";
import { MessageStep } from "./message-step";
import { OrderStep } from "./order-step";
import { PhonePreview } from "./phone-preview";

const NEEDS_OF_STEP: Need[][] = [["Name", "Purpose", "Audience"], ["Content", "Sendable"], ["Sender", "Date"], []];

/** A step without a chosen sender uses the camp's first one of the right kind. */
function withSenders(draft: Draft, senders: Sender[]): Draft {
  const first = (kind: Sender["kind"]) => senders.find((sender) => sender.kind === kind)?.id ?? null;
  return {
    ...draft,
    steps: draft.steps.map((step) => ({
      ...step,
      senderId: step.senderId ?? first(step.channel === "text" ? "phone" : "kakao_channel"),
    })),
  };
}

function previewRequest(draft: Draft, contactId: string | undefined): PreviewRequest | null {
  const audience = toAudience(draft.audience);
  const steps = draft.steps.filter((step) => hasContent(step) && step.senderId);
  if (!audience || !draft.purpose || steps.length === 0 || steps.length < draft.steps.length) return null;
  return { purpose: draft.purpose, audience, steps: toSteps(steps), ...(contactId ? { contact_id: contactId } : {}) };
}

/** The server's view of the draft, a moment after the last change, for one of the sample's people. */
function useServerPreview(draft: Draft, sampleIndex: number) {
  const audience = useAudienceSize(useDebounced(useMemo(() => toAudience(draft.audience), [draft.audience]), 250));
  const sample = audience.data?.sample ?? [];
  const person = sample.length > 0 ? sample[sampleIndex % sample.length] : undefined;
  const request = useMemo(() => previewRequest(draft, person?.id), [draft, person?.id]);
  return { audience, person, preview: usePreview(useDebounced(request, 400)) };
}

export function CampaignWizard({ initial, initialId, firstStep = 0 }: { initial: Draft; initialId: string | null; firstStep?: number }) {
  const t = useTranslations("wizard");
  const [written, setDraft] = useState(initial);
  const [id, setId] = useState(initialId);
  const [step, setStep] = useState(firstStep);
  const [sampleIndex, setSampleIndex] = useState(0);
  const senders = useSenders();
  const draft = useMemo(() => withSenders(written, senders.data ?? []), [written, senders.data]);
  const { audience, person, preview } = useServerPreview(draft, sampleIndex);
  const steps = [t("stepAudience"), t("stepMessage"), t("stepOrder"), t("stepCheck")];
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const go = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
  };
  const saved = (savedId: string) => {
    setId(savedId);
    // The address follows without a navigation, which would throw the wizard's state away.
    window.history.replaceState(null, "", `/campaigns/${savedId}/edit`);
  };
  const phone = (
    <PhonePreview draft={draft} person={person} preview={preview.data} onNext={audience.data && audience.data.sample.length > 1 ? () => setSampleIndex(sampleIndex + 1) : undefined} />
  );
  return (
    <>
      <PageHeader
        title={draft.name.trim() || t(id ? "editTitle" : "newTitle")}
        back={<BackLinkToList />}
        actions={
          <>
            {id ? <DeleteDraftButton id={id} name={draft.name} /> : null}
            <SaveButton id={id} draft={draft} onSaved={saved} />
          </>
        }
      />
      <div className="mb-6 max-w-3xl">
        <Stepper label={t("newTitle")} current={step} steps={steps} onStep={go} />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_21.5rem]">
        <div className="grid min-w-0 gap-5 *:min-w-0">
          {step === 0 ? <AudienceStep draft={draft} onChange={change} /> : null}
          {step === 1 ? <MessageStep draft={draft} onChange={change} person={person} /> : null}
          {step === 2 ? <OrderStep draft={draft} onChange={change} /> : null}
          {step === 3 ? <CheckStep draft={draft} preview={preview} /> : null}
          <WizardFooter step={step} draft={draft} onStep={go} />
        </div>
        <aside className="min-w-0 lg:sticky lg:top-8">
          {step === 0 ? <AudienceSide audience={audience} /> : null}
          {step === 1 || step === 2 ? phone : null}
          {step === 3 ? <CheckSide id={id} draft={draft} preview={preview.data} onSaved={saved} /> : null}
        </aside>
      </div>
    </>
  );
}

function BackLinkToList() {
  const t = useTranslations("campaigns");
  return <BackLink href="/campaigns">{t("list")}</BackLink>;
}

function SaveButton({ id, draft, onSaved }: { id: string | null; draft: Draft; onSaved: (id: string) => void }) {
  const t = useTranslations("wizard");
  const save = useSaveDraft();
  const click = () => {
    if (missing(draft).length > 0) return void toast.info(t("draftNeeds"));
    save.mutate(
      { id, input: toInput(draft) },
      {
        onSuccess: (campaign) => {
          onSaved(campaign.id);
          toast.success(t("draftSaved"));
        },
        onError: (error) => toast.error(error.message),
      },
    );
  };
  return (
    <Button variant="secondary" onClick={click} loading={save.isPending} data-testid="draft-save">
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
