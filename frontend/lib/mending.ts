import { inOtherWords, isWritten, toLocal, type Draft, type SplitDraft, type StepDraft } from "./draft";
import type { Declarations, Fix, PreviewStep, Verdict } from "./types";

/** Mends what a rule found, by the means the server offers with its verdict. */
export interface Written {
  draft: Draft;
  declared: Declarations;
}

/** Whether one click does it; the other fixes lead to a place or ask a question. */
export function isOneClick(fix: Fix, draft: Draft): boolean {
  if (fix.kind === "insert" || fix.kind === "replace") return isOwnText(draft.steps[(fix.step ?? 0) - 1]);
  return fix.kind === "reschedule" || (fix.kind === "declare" && fix.value !== null);
}

/** A reviewed Kakao text is sent as it is: nothing can be put into it. */
function isOwnText(step: StepDraft | undefined): boolean {
  return step !== undefined && isWritten(step);
}

export function oneClickFixes(verdict: Verdict, draft: Draft): Fix[] {
  return verdict.fixes.filter((fix) => isOneClick(fix, draft));
}

/** `steps`: the preview's, whose offers know better what to write than to leave a character out. */
export function mend(written: Written, fixes: Fix[], steps: PreviewStep[]): Written {
  return fixes.reduce((before, fix) => mendOne(before, fix, steps), written);
}

function mendOne(written: Written, fix: Fix, steps: PreviewStep[]): Written {
  switch (fix.kind) {
    case "insert":
      return withStep(written, fix.step, (step) => ({ ...step, body: withWords(step.body, fix.prefix, fix.suffix) }));
    case "replace":
      return withStep(written, fix.step, (step) => replaced(step, fix, steps));
    case "reschedule":
      return fix.value ? { ...written, draft: { ...written.draft, scheduledAt: toLocal(fix.value) } } : written;
    case "declare":
      return { ...written, declared: declaring(written.declared, fix) };
    default:
      return written;
  }
}

/** Words that stand there already are not put in twice. */
function withWords(body: string, prefix: string, suffix: string): string {
  const before = prefix && !body.startsWith(prefix) ? prefix : "";
  const after = suffix && !body.endsWith(suffix) ? suffix : "";
  return before + body.trimEnd() + after;
}

function replaced(step: StepDraft, fix: Fix, steps: PreviewStep[]): StepDraft {
  if (!fix.text) return step;
  const offer = steps.find((one) => one.position === fix.step)?.offers.find((one) => one.character === fix.text);
  const value = offer?.replacement ?? fix.value ?? "";
  return { ...step, body: step.body.replaceAll(fix.text, value), subject: step.subject.replaceAll(fix.text, value) };
}

const FLAGS = ["ai_media", "own_poll", "advertising", "election_day"] as const;

function declaring(declared: Declarations, { field, value }: Fix): Declarations {
  const flag = FLAGS.find((name) => name === field);
  if (flag) return { ...declared, [flag]: value === "true" };
  return field === "poll_reference" ? { ...declared, poll_reference: value } : declared;
}

function withStep(written: Written, position: number | null, change: (step: StepDraft) => StepDraft): Written {
  const { steps, split } = written.draft;
  const mended = steps.map((step, index) => (index + 1 === position ? change(step) : step));
  return { ...written, draft: { ...written.draft, steps: mended, split: position === 1 ? mendedSplit(steps[0], split, change) : split } };
}

/** What the first step's text has to say, its second text has to say too. */
function mendedSplit(first: StepDraft | undefined, split: SplitDraft | null, change: (step: StepDraft) => StepDraft): SplitDraft | null {
  if (!first || !split) return split;
  const { body, subject } = change(inOtherWords(first, split));
  return { ...split, body, subject };
}
