import type { Tone } from "@/components/ui/badge";
import type { CampaignStatus, ImportStatus, MessageState, RecipientCounts } from "./types";

/** How states look; what they are called stands in the message catalogues. */
export const MESSAGE_TONE: Record<MessageState, Tone> = {
  sending: "neutral",
  accepted: "seal",
  delivered: "good",
  failed: "bad",
  unknown: "warn",
  withdrawn: "neutral",
};

export const CAMPAIGN_TONE: Record<CampaignStatus, Tone> = {
  draft: "neutral",
  scheduled: "seal",
  launching: "seal",
  sending: "persimmon",
  paused: "warn",
  completed: "good",
  cancelled: "neutral",
  stopped: "bad",
};

export const IMPORT_TONE: Record<ImportStatus, Tone> = {
  queued: "neutral",
  inspecting: "seal",
  awaiting_mapping: "persimmon",
  ingesting: "seal",
  deduplicating: "seal",
  completed: "good",
  failed: "bad",
  undoing: "seal",
  undone: "neutral",
};

export type RecipientState = Exclude<keyof RecipientCounts, "recipients">;

/** In the order in which a bar is filled from the left. */
export const RECIPIENT_STATES: { state: RecipientState; className: string }[] = [
  { state: "delivered", className: "bg-seal" },
  { state: "sent", className: "bg-seal/45" },
  { state: "sending", className: "bg-seal/25" },
  { state: "failed", className: "bg-persimmon" },
  { state: "unknown", className: "bg-warn" },
  { state: "suppressed", className: "bg-ink-3/50" },
  { state: "queued", className: "bg-line-strong/60" },
];

export const isFinal = (status: CampaignStatus): boolean => ["completed", "cancelled", "stopped"].includes(status);
export const isRunning = (status: CampaignStatus): boolean => ["launching", "sending"].includes(status);
export const isImportRunning = (status: ImportStatus): boolean =>
  ["queued", "inspecting", "ingesting", "deduplicating", "undoing"].includes(status);
