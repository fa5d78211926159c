/** Shapes of the HTTP API around campaigns: texts, messages, senders, carriers. `types.ts` hands them on. */

import type { Audience, CampaignItem, CampaignStatus, CampaignStep, Channel, Id, Priority, Purpose, RecipientCounts, Total, Variant } from "./types";

/** How the better of two texts is found: `share_percent` of the audience tries them, half each. */
export interface Split {
  share_percent: number;
  decide: "hand" | "auto";
  after_minutes: number;
  minimum: number;
}
export interface VariantStats {
  variant: Variant;
  subject: string | null;
  body: string;
  recipients: number;
  sent: number;
  delivered: number;
  opened: number;
  open_rate: number;
}
export interface Variants extends Split {
  chosen: Variant | null;
  chosen_at: string | null;
  variants: VariantStats[];
  rest: number;
  waiting_for: "launch" | "trial" | "time" | "minimum" | "hand" | "rule" | null;
}
/** A picture as it will be sent. */
export interface Picture {
  id: Id;
  name: string;
  bytes: number;
  width: number;
  height: number;
  /** Large enough for a brand message. */
  fits_brand: boolean;
}
/** What a picture is for: bubbles want another shape than an MMS. */
export type PictureUse = "mms" | "brand" | "brand_wide";
/** The picture of a brand message. */
export interface BubblePicture {
  image_id: Id | null;
  /** Where a touch of it leads. */
  image_link: string | null;
  /** In a wide bubble, which holds less text and fewer buttons. */
  image_wide: boolean;
}
export interface Campaign extends Omit<CampaignItem, "steps"> {
  audience: Audience;
  steps: (CampaignStep & { position: number })[];
  stop_reason: string | null;
  ab: Split | null;
  /** A replaced text waits for a second person's word. */
  needs_approval: boolean;
}
export interface CampaignInput {
  name: string;
  purpose: Purpose;
  audience: Audience;
  steps: CampaignStep[];
  scheduled_at?: string | null;
  priority: Priority;
  ab: Split | null;
}
/** What only people know of a campaign. */
export interface Survey {
  starts_on: string;
  reported_on: string | null;
  names_candidate: boolean;
  by_phone: boolean;
  exempt: boolean;
}
export interface Declarations {
  ai_media: boolean;
  poll_reference: string | null;
  own_poll: boolean;
  advertising: boolean;
  election_day: boolean;
  survey: Survey | null;
}
/** What mends a verdict; the words of each kind stand at `PreviewFix` in shared/messaging/preview.py. */
export interface Fix {
  kind: "insert" | "replace" | "reschedule" | "declare" | "open" | "confirm";
  step: number | null;
  field: string | null;
  prefix: string;
  suffix: string;
  text: string | null;
  value: string | null;
}
export type Severity = "block" | "second_person" | "warn" | "insert";
export interface Verdict {
  rule: string;
  severity: Severity;
  article: string | null;
  message: string;
  fixes: Fix[];
}
export interface Approval {
  id: Id;
  campaign_id: Id;
  rules: string[];
  note: string;
  requested_by: Id;
  requested_at: string;
  state: "requested" | "approved" | "refused";
  decided_by: Id | null;
  decided_at: string | null;
  decision_note: string;
  /** It speaks of the campaign as it is saved; an edit since then voids it. */
  current: boolean;
}
/** A character that no phone can show, and what to write instead ("": leave it out). */
export interface CharacterOffer {
  character: string;
  count: number;
  replacement: string;
  name: string;
}
export interface PreviewStep {
  position: number;
  channel: Channel;
  kind: MessageKind;
  sender: string | null;
  subject: string | null;
  text: string;
  bytes: number;
  limit: number;
  parts: number;
  image_id: Id | null;
  image_wide: boolean;
  buttons: TemplateButton[];
  unfilled: string[];
  unsendable_characters: string[];
  offers: CharacterOffer[];
  cost_krw: number;
  total_krw: number;
}
export interface CampaignPreview {
  contact: { id: Id; name: string | null; phone: string | null } | null;
  steps: PreviewStep[];
  /** The first step in its second text. */
  variant_b: PreviewStep | null;
  audience: Total;
  estimated_cost_krw: number;
  quota: Pick<Quota, "limit" | "used" | "reserved" | "remaining">;
  compliance: {
    allowed: boolean;
    needs_second_person: boolean;
    approval: "none" | Approval["state"];
    rule_set: string;
    verdicts: Verdict[];
  };
}
/** What the carrier bills. */
export type MessageKind = "sms" | "lms" | "mms" | "alimtalk" | "brand";
export interface CampaignStats extends RecipientCounts {
  status: CampaignStatus;
  fallback: { started: number; delivered: number; failed: number };
  clicked: number;
  delivered_rate: number | null;
  open_rate: number | null;
  messages_per_second: number;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string | null;
  steps?: { position: number; channel: Channel; sent: number; delivered: number; failed: number }[];
  reasons?: { reason: string; count: number }[];
  spent_krw: number;
  spend: { kind: MessageKind; messages: number; krw: number }[];
}
export interface CampaignSeries {
  bucket_seconds: number;
  points: { at: string; accepted: number; delivered: number; failed: number }[];
}
export type MessageState = "sending" | "accepted" | "delivered" | "failed" | "unknown" | "withdrawn";
export interface Message {
  id: Id;
  contact_id: Id | null;
  name: string | null;
  phone: string | null;
  step: number;
  channel: Channel;
  state: MessageState;
  reason: string | null;
  carrier_code: string | null;
  attempted_at: string | null;
  accepted_at: string | null;
  settled_at: string | null;
  /** Of an unknown one: when an admin may say what became of it. */
  decide_from: string | null;
}

export interface Sender {
  id: Id;
  kind: "phone" | "kakao_channel";
  value: string;
  carrier: string;
  label: string | null;
  registered_on: string | null;
  reported_on: string | null;
  created_at: string;
}
export interface TemplateButton {
  name: string;
  type?: string;
  link_mobile?: string | null;
  link_pc?: string | null;
  link_android?: string | null;
  link_ios?: string | null;
}
/** What a template says in one version. */
export interface TemplateText extends BubblePicture {
  version: number;
  subject: string | null;
  body: string;
  buttons: TemplateButton[];
  carrier_template_id: string | null;
  status: TemplateStatus;
  /** The reviewers' last word. */
  comment: string | null;
}
export interface Template extends TemplateText {
  id: Id;
  name: string;
  channel: Channel;
  created_at: string;
}
export type TemplateStatus = "pending" | "inspecting" | "approved" | "rejected" | "stopped";
export interface TemplateVersion extends TemplateText {
  edited_at: string;
  member_id: Id | null;
}
export interface CarrierAccount {
  id: Id;
  carrier: string;
  account_key: string;
  messages_per_second: number;
  /** Of its breaker: after many errors nothing is sent (`open`), then one batch to see (`probing`). */
  state: "closed" | "open" | "probing";
  /** Won for a message, VAT excluded. */
  prices: Record<MessageKind, number>;
  hooks: { reports: string; inbound: string };
  /** Messages it took and told nothing of, when its hook seems not to be set up; else 0. */
  unheard: number;
  created_at?: string;
}
/** What a carrier answered when it was asked about an account. Null: it does not tell. */
export interface AccountCheck {
  works: boolean;
  problem: string | null;
  code: string | null;
  balance_krw: number | null;
  remaining: Partial<Record<MessageKind, number>> | null;
  senders: { value: string; status: "active" | "pending" | "blocked" | "expired" | "missing" }[] | null;
}
/** A carrier that an account can be registered at, with the credentials it asks for. */
export interface Carrier {
  carrier: string;
  name: string;
  fields: { name: string; label: string; secret: boolean; required: boolean }[];
}
export interface Quota {
  period: string;
  limit: number;
  used: number;
  reserved: number;
  remaining: number;
  hard_stop: boolean;
}
export interface OptOut {
  id: Id;
  kind: string;
  value_masked: string;
  reason: string | null;
  created_at: string;
  channel?: "all" | "sms" | "kakao" | "email";
  source?: "hand" | "file" | "carrier" | "keyword" | "link";
}
export interface Overview {
  totals: {
    contacts: number;
    reachable: number;
    opt_outs: number;
    campaigns: number;
    messages: number;
    delivered: number;
    failed: number;
    clicked: number;
    delivered_rate: number | null;
    open_rate: number | null;
  };
  daily: { date: string; sent: number; delivered: number; failed: number }[];
  recent_campaigns: CampaignItem[];
}
