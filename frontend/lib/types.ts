/** Shapes of the HTTP API (`/api/v1`). Names follow the API's words. */

import type { BubblePicture, TemplateButton } from "./messaging-types";

export type * from "./messaging-types";

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
/** An office's address: it belongs to another contact. */
export interface SharedEmail {
  address: string;
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
  /** Of a contact that is shown whole. */
  shared_emails?: SharedEmail[];
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
  | "note" | "bulk" | "unmerged" | "undone" | "consent" | "consent_withdrawn" | "erased" | "exported" | "restored";
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
  /** Rows that said that their person refuses, or agreed. */
  refusals?: number;
  consents?: number;
}
export interface ImportOptions {
  mapping?: Record<string, string> | null;
  on_existing?: OnExisting;
  tags?: string[];
  /** The import whose rejected rows this file brought back. */
  mends?: Id | null;
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
  /** The imports that brought its rejected rows back, newest first. */
  mended_by?: Id[];
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
export interface CampaignStep extends Partial<BubblePicture> {
  position?: number;
  channel: Channel;
  sender_id: Id | null;
  subject?: string | null;
  body?: string | null;
  template_id?: Id | null;
  /** Under a brand message that is written here. */
  buttons?: TemplateButton[];
  /** Another text of the first step, to try on a part of the audience. */
  variant_b?: VariantText | null;
  wait_seconds?: number | null;
}
export interface VariantText {
  subject?: string | null;
  body: string;
}
export type Variant = "a" | "b";
