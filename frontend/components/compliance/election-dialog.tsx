"use client";

import { useState, type FormEvent } from "react";
import { useTranslations } from "use-intl";
import { formErrors, FormFooter } from "@/components/settings/collection";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { ELECTION_KINDS, useCreateElection, useUpcomingElections, type Election, type ElectionKind, type UpcomingElection } from "@/lib/compliance";
import { useFormat } from "@/lib/format";

interface ElectionDialogProps {
  open: boolean;
  onClose: () => void;
  onCreated: (election: Election) => void;
}

/** Adds an election: the law's formulas offer the days, and a day as announced may be typed. */
export function ElectionDialog({ open, onClose, onCreated }: ElectionDialogProps) {
  const t = useTranslations("compliance.form");
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={t("addElection")} description={t("addElectionNote")}>
      {open ? <ElectionForm onClose={onClose} onCreated={onCreated} /> : null}
    </Dialog>
  );
}

const OFFERED = 4;

function ElectionForm({ onClose, onCreated }: Omit<ElectionDialogProps, "open">) {
  const t = useTranslations("compliance.form");
  const create = useCreateElection();
  const [kind, setKind] = useState<ElectionKind>("city_head");
  const [name, setName] = useState("");
  const [day, setDay] = useState("");
  const errors = formErrors(create.error, ["kind", "name", "election_day"]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A form of a dialog inside a form: React would hand this to the outer one too.
    event.stopPropagation();
    create.mutate({ kind, name: name.trim(), election_day: day }, {
      onSuccess: (election) => {
        onCreated(election);
        onClose();
      },
    });
  };
  const take = (one: UpcomingElection, words: string) => {
    setDay(one.election_day);
    if (!name.trim()) setName(words);
    if (one.occasion === "assembly") setKind("assembly");
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Offers day={day} onTake={take} />
      <Field label={t("electionDay")} error={errors.of("election_day")}>
        <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} data-testid="election-day" />
      </Field>
      <Field label={t("electionKind")} error={errors.of("kind")}>
        <Select value={kind} onValueChange={(value) => setKind(value as ElectionKind)} options={ELECTION_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))} data-testid="election-kind" />
      </Field>
      <Field label={t("electionName")} error={errors.of("name")}>
        <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} data-testid="election-name" />
      </Field>
      <FormFooter error={errors.general} pending={create.isPending} onCancel={onClose} />
    </form>
  );
}

function Offers({ day, onTake }: { day: string; onTake: (one: UpcomingElection, words: string) => void }) {
  const t = useTranslations("compliance.form");
  const format = useFormat();
  const upcoming = (useUpcomingElections().data ?? []).slice(0, OFFERED);
  return (
    <div role="group" aria-label={t("upcoming")} className="grid gap-2 *:min-w-0 sm:grid-cols-2">
      {upcoming.map((one) => {
        const words = t("electionWords", { year: one.election_day.slice(0, 4), occasion: t(`occasions.${one.occasion}`) });
        return (
          <button
            key={one.election_day}
            type="button"
            aria-pressed={day === one.election_day}
            onClick={() => onTake(one, words)}
            data-testid={`upcoming-${one.election_day}`}
            className="rounded-lg border border-line px-3 py-2 text-left text-[0.9rem] hover:border-line-strong aria-pressed:border-seal aria-pressed:bg-seal-soft/55"
          >
            <span className="block font-medium">{words}</span>
            <span className="text-[0.82rem] text-ink-3">{format.date(`${one.election_day}T12:00:00+09:00`)}</span>
          </button>
        );
      })}
    </div>
  );
}
