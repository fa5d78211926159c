"use client";

import { CalendarPlus } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { MultiInput } from "@/components/contacts/multi-input";
import { formErrors } from "@/components/settings/collection";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Segmented, Switch } from "@/components/ui/controls";
import { Deciders } from "@/components/ui/deciders";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useComplianceStatus, useElections, useSaveCandidate, type Candidate, type CandidateInput, type Organisation } from "@/lib/compliance";
import { useFormat } from "@/lib/format";
import { useCan } from "@/lib/session";
import { ElectionDialog } from "./election-dialog";
import { ComplianceFrame } from "./frame";

export function CandidateScreen() {
  const status = useComplianceStatus();
  return (
    <ComplianceFrame>
      <Unready card query={status} rows={6} />
      {status.data ? <CandidateForm candidate={status.data.candidate} /> : null}
    </ComplianceFrame>
  );
}

const ORGANISATIONS: Organisation[] = ["camp", "lawmaker_office", "party"];
const FIELDS = ["name", "phone", "refusal_number", "report_number", "opponents", "pre_registered_on", "registered_on", "registration_no", "withdrawn_on", "term_from", "term_until", "election_id"];

/** Only what the API takes: the answer holds more. */
function inputOf(candidate: Candidate): CandidateInput {
  const { organisation, election_id, name, phone, refusal_number, report_number, opponents, insert_wording } = candidate;
  const { pre_registered_on, registered_on, registration_no, withdrawn_on, term_from, term_until } = candidate;
  return {
    organisation, election_id, name, phone, refusal_number, report_number, opponents, insert_wording,
    pre_registered_on, registered_on, registration_no, withdrawn_on, term_from, term_until,
  };
}

type SetInput = (change: Partial<CandidateInput>) => void;
interface PartProps {
  input: CandidateInput;
  set: SetInput;
  errorOf: (field: string) => string | undefined;
}

/** The form keeps what was typed while the status is read again in the background. */
function CandidateForm({ candidate }: { candidate: Candidate }) {
  const t = useTranslations();
  const { manage } = useCan();
  const save = useSaveCandidate();
  const [input, change] = useState(() => inputOf(candidate));
  const set: SetInput = (part) => change((before) => ({ ...before, ...part }));
  const errors = formErrors(save.error, FIELDS);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const opponents = input.opponents.map((name) => name.trim()).filter(Boolean);
    save.mutate({ ...input, opponents, registration_no: input.registration_no?.trim() || null }, { onSuccess: () => toast.success(t("common.saved")) });
  };
  const part = { input, set, errorOf: errors.of };
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={!manage} className="grid items-start gap-5 *:min-w-0 lg:grid-cols-2">
        <WhoCard {...part} />
        <RegistrationCard {...part} />
        <WordingCard {...part} />
        <OpponentsCard {...part} />
      </fieldset>
      <div className="mt-5 flex flex-wrap items-center justify-end gap-3">
        {errors.general ? <p role="alert" className="text-[0.9rem] text-bad-ink">{errors.general}</p> : null}
        {manage ? <Button type="submit" loading={save.isPending} data-testid="candidate-save">{t("common.save")}</Button> : <Deciders />}
      </div>
    </form>
  );
}

function Part({ title, note, children, action }: { title: string; note?: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Card className="pb-5">
      <CardHeader title={title} note={note} action={action} />
      <div className="mt-3 grid gap-4 px-5">{children}</div>
    </Card>
  );
}

function WhoCard({ input, set, errorOf }: PartProps) {
  const t = useTranslations("compliance.form");
  const format = useFormat();
  const elections = useElections().data ?? [];
  const [creating, setCreating] = useState(false);
  const options = [{ value: NONE, label: t("noElection") }, ...elections.map((one) => ({ value: one.id, label: one.name, hint: format.date(`${one.election_day}T12:00:00+09:00`) }))];
  return (
    <Part title={t("who")} note={t("whoNote")}>
      <Segmented
        label={t("organisation")}
        className="max-w-full justify-self-start overflow-x-auto"
        value={input.organisation}
        onValueChange={(organisation) => set({ organisation })}
        options={ORGANISATIONS.map((value) => ({ value, label: t(`organisations.${value}`), testId: `organisation-${value}` }))}
      />
      <div className="flex items-end gap-2">
        <Field label={t("election")} error={errorOf("election_id")} className="min-w-0 flex-1">
          <Select value={input.election_id ?? NONE} onValueChange={(value) => set({ election_id: value === NONE ? null : value })} options={options} data-testid="candidate-election" />
        </Field>
        <Button variant="secondary" onClick={() => setCreating(true)} data-testid="election-create">
          <CalendarPlus aria-hidden />
          {t("addElection")}
        </Button>
      </div>
      <Field label={t("name")} error={errorOf("name")}>
        <Input value={input.name} maxLength={50} onChange={(event) => set({ name: event.target.value })} data-testid="candidate-name" />
      </Field>
      <ElectionDialog open={creating} onClose={() => setCreating(false)} onCreated={(election) => set({ election_id: election.id })} />
    </Part>
  );
}

const NONE = "none";

function DayField({ name, input, set, errorOf }: PartProps & { name: "pre_registered_on" | "registered_on" | "withdrawn_on" | "term_from" | "term_until" }) {
  const t = useTranslations("compliance.form");
  return (
    <Field label={t(name)} error={errorOf(name)}>
      <Input type="date" value={input[name] ?? ""} onChange={(event) => set({ [name]: event.target.value || null })} data-testid={`candidate-${name}`} />
    </Field>
  );
}

function RegistrationCard(props: PartProps) {
  const t = useTranslations();
  const { input, set, errorOf } = props;
  return (
    <Part title={t("compliance.form.registration")} note={t("compliance.form.registrationNote")}>
      <div className="grid gap-4 *:min-w-0 sm:grid-cols-2">
        <DayField name="pre_registered_on" {...props} />
        <DayField name="registered_on" {...props} />
        <Field label={t("compliance.form.registration_no")} optional={t("common.optional")} error={errorOf("registration_no")}>
          <Input value={input.registration_no ?? ""} maxLength={50} onChange={(event) => set({ registration_no: event.target.value })} />
        </Field>
        <DayField name="withdrawn_on" {...props} />
        <DayField name="term_from" {...props} />
        <DayField name="term_until" {...props} />
      </div>
      <p className="text-[0.82rem] text-ink-3">{t("compliance.form.termNote")}</p>
    </Part>
  );
}

function WordingCard({ input, set, errorOf }: PartProps) {
  const t = useTranslations("compliance.form");
  return (
    <Part title={t("wording")} note={t("wordingNote")}>
      <div className="grid gap-4 *:min-w-0 sm:grid-cols-2">
        <Field label={t("phone")} error={errorOf("phone")}>
          <Input value={input.phone} inputMode="tel" onChange={(event) => set({ phone: event.target.value })} placeholder="02-1234-5678" data-testid="candidate-phone" />
        </Field>
        <Field label={t("refusal_number")} error={errorOf("refusal_number")}>
          <Input value={input.refusal_number} inputMode="tel" onChange={(event) => set({ refusal_number: event.target.value })} placeholder="080-123-4567" data-testid="candidate-refusal" />
        </Field>
        <Field label={t("report_number")} hint={t("reportHint")} error={errorOf("report_number")}>
          <Input value={input.report_number} inputMode="tel" onChange={(event) => set({ report_number: event.target.value })} />
        </Field>
      </div>
      <label className="flex items-start gap-3 text-[0.92rem]">
        <Switch checked={input.insert_wording} onCheckedChange={(insert_wording) => set({ insert_wording })} aria-label={t("insert")} />
        <span>
          <span className="font-medium">{t("insert")}</span>
          <span className="block text-[0.84rem] text-ink-3">{t("insertNote")}</span>
        </span>
      </label>
    </Part>
  );
}

function OpponentsCard({ input, set, errorOf }: PartProps) {
  const t = useTranslations("compliance.form");
  return (
    <Part title={t("opponents")} note={t("opponentsNote")}>
      <MultiInput label={t("opponentNames")} addLabel={t("addOpponent")} values={input.opponents} onChange={(opponents) => set({ opponents })} error={errorOf("opponents")} testId="candidate-opponent" />
    </Part>
  );
}
