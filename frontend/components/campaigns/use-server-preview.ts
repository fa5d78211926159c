import { useMemo } from "react";
import { useAudienceSize, usePreview, type PreviewRequest } from "@/lib/campaigns";
import { useContactOf } from "@/lib/contacts";
import { hasButtons, hasContent, hasPicture, isText, toAudience, toInstant, toSteps, type Draft } from "@/lib/draft";
import { useDebounced } from "@/lib/hooks";
import type { Declarations } from "@/lib/types";

function previewRequest(draft: Draft, declarations: Declarations, row: number): PreviewRequest | null {
  const audience = toAudience(draft.audience);
  const complete = draft.steps.length > 0 && draft.steps.every((step) => hasContent(step) && hasPicture(step) && hasButtons(step) && step.senderId);
  const splitReady = !draft.split || (isText(draft.steps[0]!) && draft.split.body.trim() !== "");
  if (!audience || !draft.purpose || !complete || !splitReady) return null;
  const scheduled_at = draft.scheduledAt ? toInstant(draft.scheduledAt) : null;
  return { purpose: draft.purpose, audience, steps: toSteps(draft), row, scheduled_at, declarations };
}

/**
 * The server's view of the draft, a moment after the last change, for the n-th person of the audience.
 * `fresh` is that view only while it speaks of what stands on the screen now.
 */
export function useServerPreview(draft: Draft, declared: Declarations, row: number) {
  const audience = useAudienceSize(useDebounced(useMemo(() => toAudience(draft.audience), [draft.audience]), 250));
  const nobody = audience.data?.count.value === 0;
  const request = useMemo(() => (nobody ? null : previewRequest(draft, declared, row)), [draft, declared, row, nobody]);
  const settled = useDebounced(request, 400);
  const preview = usePreview(settled);
  const isFresh = settled === request && request !== null && preview.isSuccess && !preview.isPlaceholderData;
  const shown = useContactOf(preview.data?.contact?.id ?? null);
  return { audience, preview, fresh: isFresh ? preview.data : undefined, person: shown.data ?? audience.data?.sample[0] };
}
