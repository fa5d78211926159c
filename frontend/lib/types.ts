/** Shapes of the HTTP API (`/api/v1`). Names follow the API's words. */

export type Id = string;
export type Role = "owner" | "admin" | "staff";

export interface Meta {
  timestamp?: string;
  request_id?: string;
  next_cursor?: string | null;
  total?: Total;
}
export interface Total {
  value: number;
  relation: "eq" | "gte";
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total?: Total;
}

export interface Me {
  id: Id;
  email: string;
  name: string;
  role: Role;
  sees_sensitive: boolean;
  created_at: string;
  tenant: { id: Id; name: string; simulated: boolean };
}
export interface Tokens {
  access_token: string;
  expires_in: number;
}
export interface Member {
  id: Id;
  email: string;
  name: string;
  role: Role;
  status: "active" | "invited" | "disabled";
  last_login_at: string | null;
  /** May know of sensitive fields; owners and admins always do. */
  sees_sensitive: boolean;
}
/** Whom to ask for what one may not do oneself. */
export type Decider = Pick<Member, "id" | "name" | "role">;

/** A number that somebody else of the family holds. */
export interface SharedPhone {
  number: string;
  holder_id: Id;
  holder_name: string | null;
}
export interface Contact {
  id: Id;
  name: string | null;
  phones: string[];
  emails: string[];
  kakao_ids: string[];
  tags: string[];
  address: string | null;
  note: string | null;
  opted_out: boolean;
  created_at: string;
  updated_at: string;
  last_contacted_at: string | null;
  shared_phones?: SharedPhone[];
}
export interface ContactPoint {
  id: Id;
  kind: "phone" | "landline" | "email" | "kakao_id";
  value: string;
  textable: boolean;
  opted_out: boolean;
}
export interface ContactDetail extends Contact {
  custom: Record<string, string>;
  source: string | null;
  points: ContactPoint[];
  /** Numbers that belong to somebody else of the family; texts go to the holder only. */
  birth?: string | null;
  legal_basis?: string | null;
  aliases?: string[];
}
export interface ContactInput {
  name: string;
  phones: string[];
  emails: string[];
  kakao_ids: string[];
  tags: string[];
  address: string;
  note: string;
  custom: Record<string, string>;
}
export type TimelineKind =
  | "import" | "created" | "edited" | "merged" | "message" | "inbound" | "opt_out" | "opt_in" | "deleted"
  | "note" | "bulk" | "unmerged" | "undone" | "consent" | "exported";
export interface TimelineEvent {
  id: Id;
  kind: TimelineKind;
  at: string;
  title?: string;
  detail?: Record<string, unknown>;
}
export interface TagCount {
  tag: string;
  count: number;
}

export type ImportStatus =
  | "queued" | "inspecting" | "awaiting_mapping" | "ingesting" | "deduplicating"
  | "completed" | "failed" | "undoing" | "undone";
export type OnExisting = "fill" | "overwrite" | "skip";
export interface ImportColumn {
  header: string;
  field: string;
  confidence: number;
  samples: string[];
  /** Political opinion, party membership, … : needs a consent of its own (privacy law art. 23). */
  sensitive?: boolean;
  /** Why the law does not let this column be kept; such a column is never imported. */
  refused?: string | null;
  hidden?: boolean;
}
export interface ImportSheet {
  name: string;
  /** With headers and notes; unknown where only the name could be read. */
  rows: number | null;
  hidden: boolean;
}
export interface ImportCounts {
  rows: number;
  created: number;
  updated: number;
  merged: number;
  duplicate_rows: number;
  rejected: number;
  unchanged?: number;
  repaired?: number;
  shared_phones?: number;
  reviews?: number;
}
export interface ImportOptions {
  mapping?: Record<string, string> | null;
  on_existing?: OnExisting;
  tags?: string[];
  source?: string | null;
  legal_basis?: string | null;
}
export interface ImportItem {
  id: Id;
  status: ImportStatus;
  file_name: string;
  file_bytes?: number;
  counts: ImportCounts;
  progress: { done_rows: number; total_rows: number | null; percent: number };
  columns: ImportColumn[];
  sheets?: ImportSheet[];
  sheet?: string | null;
  options?: ImportOptions;
  /** The mapping is the one that was confirmed for the same headers before. */
  remembered?: boolean;
  /** Set when the numbers look made up by a program: the share, and a few of them masked. */
  generated?: { share: number; examples_masked: string[] } | null;
  undo?: { restored: number; removed: number; kept: number } | null;
  can_undo?: boolean;
  warnings: (string | { code?: string; message: string })[];
  error: string | { code?: string; message: string } | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface DateRange {
  from?: string;
  to?: string;
}
export type Reach = "sms" | "kakao_alimtalk" | "email";
export type ImportOutcome = "created" | "updated" | "merged" | "unchanged" | "duplicate" | "repaired" | "shared";
/** A condition over contacts; dates are Korean days, both inclusive. */
export type Filter =
  | { all: Filter[] }
  | { any: Filter[] }
  | { not: Filter }
  | { tag: string }
  | { district: string }
  | { import: Id | { id: Id; outcome: ImportOutcome } }
  | { created: DateRange }
  | { contacted: DateRange }
  | { reachable: Reach }
  | { delivered: Id }
  | { clicked: Id }
  | { replied: Id }
  | { custom: { label: string; equals: string } | { label: string; exists: boolean } }
  | { q: string };
export interface Segment {
  id: Id;
  name: string;
  /** Not told of one that asks about fields one may not know of. */
  filter: Filter | null;
  restricted: boolean;
  created_at: string;
}
export interface SegmentPreview {
  count: Total;
  sample: Contact[];
  reachable?: Record<Reach, number | Total>;
}

export type Purpose =
  | "election_campaign" | "party_activity" | "legislative_report" | "holiday_greeting" | "turnout"
  | "event_notice" | "internal_operations" | "fundraising" | "commercial";
export type Channel = "sms" | "lms" | "mms" | "kakao_alimtalk" | "kakao_brand";
export type CampaignStatus =
  | "draft" | "scheduled" | "launching" | "sending" | "paused" | "completed" | "cancelled" | "stopped";
export interface RecipientCounts {
  recipients: number;
  queued: number;
  sending: number;
  sent: number;
  delivered: number;
  failed: number;
  unknown: number;
  suppressed: number;
}
export type Priority = "high" | "medium" | "low";
export interface CampaignItem {
  id: Id;
  name: string;
  purpose: Purpose;
  priority: Priority;
  status: CampaignStatus;
  steps: { position: number; channel: Channel }[];
  scheduled_at: string | null;
  created_at: string;
  launched_at: string | null;
  finished_at: string | null;
  counts: RecipientCounts;
}
export type Audience =
  | { all: true }
  | { segment_id: Id }
  | { filter: Filter }
  | { contact_ids: Id[] };
export interface CampaignStep {
  position?: number;
  channel: Channel;
  sender_id: Id | null;
  subject?: string | null;
  body?: string | null;
  template_id?: Id | null;
  image_id?: Id | null;
  /** Another text of the first step, to try on a part of the audience. */
  variant_b?: VariantText | null;
  wait_seconds?: number | null;
}
export interface VariantText {
  subject?: string | null;
  body: string;
}
export type Variant = "a" | "b";
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
export interface Template {
  id: Id;
  name: string;
  channel: Channel;
  subject: string | null;
  body: string;
  buttons: TemplateButton[];
  carrier_template_id: string | null;
  status: TemplateStatus;
  /** The reviewers' last word. */
  comment: string | null;
  version: number;
  created_at: string;
}
export type TemplateStatus = "pending" | "inspecting" | "approved" | "rejected" | "stopped";
export interface TemplateVersion {
  version: number;
  subject: string | null;
  body: string;
  buttons: TemplateButton[];
  carrier_template_id: string | null;
  status: TemplateStatus;
  comment: string | null;
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
