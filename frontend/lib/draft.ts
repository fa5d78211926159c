import { ALIMTALK_LIMIT, BRAND_BREAKS, BRAND_LIMIT, LMS_LIMIT, measure, SMS_LIMIT, SUBJECT_LIMIT, WIDE_BREAKS, WIDE_LIMIT } from "./cp949";
import type { Audience, BubblePicture, Campaign, CampaignInput, CampaignStep, Channel, Contact, Filter, Id, PictureUse, Priority, Purpose, Split, TemplateButton } from "./types";
import { uuid } from "./utils";

/** A campaign while it is being written: what the wizard's screens change, and how it becomes the API's shape. */
export interface AudienceDraft {
  mode: "all" | "tags" | "segment" | "contacts" | "custom";
  match: "any" | "every";
  include: string[];
  exclude: string[];
  segmentId: Id | null;
  contactIds: Id[];
  filter: Filter | null;
}
export interface StepDraft {
  key: string;
  channel: "text" | "mms" | "kakao_alimtalk" | "kakao_brand";
  senderId: Id | null;
  subject: string;
  body: string;
  templateId: Id | null;
  imageId: Id | null;
  /** Where the picture of a brand message leads. */
  imageLink: string;
  imageWide: boolean;
  /** Of a brand message that is written here. */
  buttons: TemplateButton[];
  waitSeconds: number;
}
/** The picture of a step, and of a template. */
export type PictureDraft = Pick<StepDraft, "imageId" | "imageLink" | "imageWide">;
/** A second text of the first step, and how the better one is found. */
export interface SplitDraft {
  subject: string;
  body: string;
  sharePercent: number;
  decide: Split["decide"];
  afterMinutes: number;
  minimum: number;
}
export interface Draft {
  name: string;
  purpose: Purpose | null;
  audience: AudienceDraft;
  steps: StepDraft[];
  split: SplitDraft | null;
  /** Local Korean time, `2026-11-28T09:00`, as the date input has it. */
  scheduledAt: string | null;
  priority: Priority;
}

export const NO_PICTURE: PictureDraft = { imageId: null, imageLink: "", imageWide: false };

export function newStep(channel: StepDraft["channel"]): StepDraft {
  return { key: uuid(), channel, senderId: null, subject: "", body: "", templateId: null, ...NO_PICTURE, buttons: [], waitSeconds: 0 };
}

/** A trial that begins with the first text, so that only what differs has to be written. */
export function newSplit(first: StepDraft): SplitDraft {
  return { subject: first.subject, body: first.body, sharePercent: 20, decide: "hand", afterMinutes: 60, minimum: 50 };
}

const EVERYBODY: AudienceDraft = {
  mode: "all", match: "any", include: [], exclude: [], segmentId: null, contactIds: [], filter: null,
};

/** For everybody, unless people were chosen before. */
export function newDraft(audience: Audience | null): Draft {
  return {
    name: "",
    purpose: null,
    audience: audience ? readAudience(audience) : EVERYBODY,
    steps: [newStep("text")],
    split: null,
    scheduledAt: null,
    priority: "medium",
  };
}

/** The tags' filter; null while no tag is chosen. */
export function tagFilter({ match, include, exclude }: AudienceDraft): Filter | null {
  if (include.length + exclude.length === 0) return null;
  const wanted: Filter[] = include.map((tag) => ({ tag }));
  const unwanted: Filter[] = exclude.map((tag) => ({ not: { tag } }));
  if (match === "every" || wanted.length < 2) return { all: [...wanted, ...unwanted] };
  return { all: [{ any: wanted }, ...unwanted] };
}

const tagsOf = (filters: Filter[]) => filters.flatMap((filter) => ("tag" in filter ? [filter.tag] : []));

/** Reads a filter back into tag choices; null when the wizard could not have made it. */
function readTagFilter(filter: Filter): Pick<AudienceDraft, "match" | "include" | "exclude"> | null {
  if (!("all" in filter)) return null;
  const choice = { match: "every" as "any" | "every", include: [] as string[], exclude: [] as string[] };
  for (const part of filter.all) {
    if ("tag" in part) choice.include.push(part.tag);
    else if ("not" in part && "tag" in part.not) choice.exclude.push(part.not.tag);
    else if ("any" in part && choice.include.length === 0 && tagsOf(part.any).length === part.any.length) {
      choice.match = "any";
      choice.include = tagsOf(part.any);
    } else return null;
  }
  return choice;
}

function readAudience(audience: Audience): AudienceDraft {
  if ("segment_id" in audience) return { ...EVERYBODY, mode: "segment", segmentId: audience.segment_id };
  if ("contact_ids" in audience) return { ...EVERYBODY, mode: "contacts", contactIds: audience.contact_ids };
  if ("filter" in audience) {
    const tags = readTagFilter(audience.filter);
    return tags ? { ...EVERYBODY, mode: "tags", ...tags } : { ...EVERYBODY, mode: "custom", filter: audience.filter };
  }
  return EVERYBODY;
}

/** Korea has no daylight saving time, so local time is always UTC+9. */
export function toLocal(at: string): string {
  return new Date(Date.parse(at) + 9 * 3600_000).toISOString().slice(0, 16);
}
export function toInstant(local: string): string {
  return `${local}:00+09:00`;
}

function readChannel(channel: Channel): StepDraft["channel"] {
  return channel === "sms" || channel === "lms" ? "text" : channel;
}

/** The picture of a step or of a template. */
export const readPicture = (from: Partial<BubblePicture>): PictureDraft =>
  ({ imageId: from.image_id ?? null, imageLink: from.image_link ?? "", imageWide: from.image_wide ?? false });

export const toPicture = ({ imageId, imageLink, imageWide }: PictureDraft): BubblePicture =>
  ({ image_id: imageId, image_link: (imageId && imageLink.trim()) || null, image_wide: imageId !== null && imageWide });

export function readStep(step: CampaignStep): StepDraft {
  return {
    key: uuid(),
    channel: readChannel(step.channel),
    senderId: step.sender_id,
    subject: step.subject ?? "",
    body: step.body ?? "",
    templateId: step.template_id ?? null,
    ...readPicture(step),
    buttons: step.buttons ?? [],
    waitSeconds: step.wait_seconds ?? 0,
  };
}

function readSplit({ ab, steps: [first] }: Campaign): SplitDraft | null {
  const other = first?.variant_b;
  if (!ab || !other) return null;
  return {
    subject: other.subject ?? "", body: other.body, sharePercent: ab.share_percent, decide: ab.decide,
    afterMinutes: ab.after_minutes, minimum: ab.minimum,
  };
}

export function readCampaign(campaign: Campaign): Draft {
  return {
    name: campaign.name,
    purpose: campaign.purpose,
    audience: readAudience(campaign.audience),
    steps: campaign.steps.map(readStep),
    split: readSplit(campaign),
    scheduledAt: campaign.scheduled_at ? toLocal(campaign.scheduled_at) : null,
    priority: campaign.priority ?? "medium",
  };
}

export function toAudience(draft: AudienceDraft): Audience | null {
  switch (draft.mode) {
    case "all":
      return { all: true };
    case "segment":
      return draft.segmentId ? { segment_id: draft.segmentId } : null;
    case "contacts":
      return draft.contactIds.length ? { contact_ids: draft.contactIds } : null;
    case "custom":
      return draft.filter ? { filter: draft.filter } : null;
    case "tags": {
      const filter = tagFilter(draft);
      return filter ? { filter } : null;
    }
  }
}

/** A text with a picture is an MMS; without one it is an SMS as long as it is short. */
export function textChannel(step: StepDraft, rendered: string = step.body): "sms" | "lms" | "mms" {
  if (step.channel === "mms") return "mms";
  return measure(rendered).bytes > SMS_LIMIT ? "lms" : "sms";
}

/** The first step as its second text says it. */
export function inOtherWords(step: StepDraft, split: SplitDraft): StepDraft {
  return { ...step, subject: split.subject, body: split.body };
}

function variantOf(step: StepDraft, split: SplitDraft): CampaignStep["variant_b"] {
  const long = textChannel(inOtherWords(step, split)) !== "sms";
  return { subject: (long && split.subject.trim()) || null, body: split.body };
}

function toStep(step: StepDraft, position: number): CampaignStep {
  const common = { sender_id: step.senderId, wait_seconds: position === 0 ? 0 : step.waitSeconds };
  if (step.channel === "kakao_alimtalk" || step.channel === "kakao_brand") {
    const content = isWritten(step) ? { body: step.body, buttons: step.buttons, ...(step.channel === "kakao_brand" ? toPicture(step) : {}) } : { template_id: step.templateId };
    return { ...common, channel: step.channel, ...content };
  }
  const channel = textChannel(step);
  const subject = channel !== "sms" && step.subject.trim() ? step.subject.trim() : null;
  return { ...common, channel, subject, body: step.body, ...(channel === "mms" ? { image_id: step.imageId } : {}) };
}

export function toSteps({ steps, split }: Pick<Draft, "steps" | "split">): CampaignStep[] {
  const [first] = steps;
  return steps.map((step, position) =>
    split && step === first ? { ...toStep(step, position), variant_b: variantOf(step, split) } : toStep(step, position));
}

function toSplit(split: SplitDraft): Split {
  return { share_percent: split.sharePercent, decide: split.decide, after_minutes: split.afterMinutes, minimum: split.minimum };
}

/** The API's body. Call it only when `missing(draft)` is empty. */
export function toInput(draft: Draft): CampaignInput {
  return {
    name: draft.name.trim(),
    purpose: draft.purpose!,
    audience: toAudience(draft.audience)!,
    steps: toSteps(draft),
    ab: draft.split ? toSplit(draft.split) : null,
    scheduled_at: draft.scheduledAt ? toInstant(draft.scheduledAt) : null,
    priority: draft.priority,
  };
}

export type Need =
  | "Name" | "Purpose" | "Audience" | "Content" | "Picture" | "PictureLink" | "Buttons" | "Sendable" | "Split" | "SplitFirst" | "SplitLinks" | "Sender" | "Date";

/** What goes to a handset over the mobile network. */
export const isText = (step: StepDraft): boolean => step.channel === "text" || step.channel === "mms";
/** What is written here; other Kakao messages go out as their template was reviewed. */
export const isWritten = (step: StepDraft): boolean => isText(step) || (step.channel === "kakao_brand" && step.templateId === null);
export const hasPicture = (step: StepDraft): boolean => step.channel !== "mms" || step.imageId !== null;
/** A wide bubble: only a brand message's, and only around a picture. */
export const isWide = (step: Pick<StepDraft, "channel" | "imageId" | "imageWide">): boolean =>
  step.channel === "kakao_brand" && step.imageId !== null && step.imageWide;
/** What stands under a bubble: how many buttons, with how long names. */
export const buttonRoom = (wide: boolean): { most: number; nameLength: number } => (wide ? { most: 2, nameLength: 8 } : { most: 5, nameLength: 14 });
export const pictureUse = (channel: StepDraft["channel"] | Channel, wide: boolean): PictureUse =>
  channel === "mms" ? "mms" : wide ? "brand_wide" : "brand";

export function hasContent(step: StepDraft): boolean {
  return isWritten(step) ? step.body.trim() !== "" : step.templateId !== null;
}

/** A web address as the server takes it for a button. */
export const isWebLink = (link: string): boolean => /^https?:\/\/[^\s/?#]+\S*$/.test(link) && link.length <= 1000;

const leads = ({ name, type, link_mobile: link }: TemplateButton): boolean =>
  name.trim() !== "" && !/[{}]/.test(name) && ((type ?? "WL") === "WL" ? isWebLink(link ?? "") : true);

export function hasButtons(step: StepDraft): boolean {
  const { most, nameLength } = buttonRoom(isWide(step));
  return !isWritten(step) || (step.buttons.length <= most && step.buttons.every((button) => leads(button) && [...button.name].length <= nameLength));
}

export const hasPictureLink = ({ imageId, imageLink }: PictureDraft): boolean => !imageId || !imageLink.trim() || isWebLink(imageLink.trim());

/** Characters of a Kakao message. */
export const kakaoLimit = (step: StepDraft): number =>
  step.channel !== "kakao_brand" ? ALIMTALK_LIMIT : isWide(step) ? WIDE_LIMIT : BRAND_LIMIT;
const breaksLimit = (step: StepDraft): number => (isWide(step) ? WIDE_BREAKS : BRAND_BREAKS);
/** More lines than a bubble holds. */
export const hasTooManyLines = (step: StepDraft): boolean =>
  step.channel === "kakao_brand" && isWritten(step) && step.body.split("\n").length - 1 > breaksLimit(step);

export function isSendable(step: StepDraft): boolean {
  if (!isText(step)) return [...step.body].length <= kakaoLimit(step) && !hasTooManyLines(step);
  const text = measure(step.body);
  return text.unsendable.length === 0 && text.bytes <= LMS_LIMIT && measure(step.subject).bytes <= SUBJECT_LIMIT;
}

/** An address whose opening is counted; the server looks for the same. */
export const hasLink = (text: string): boolean => /https?:\/\/[A-Za-z0-9]/i.test(text);

function missingOfSplit({ steps: [first], split }: Draft): Need[] {
  if (!split || !first) return [];
  if (!isText(first)) return ["SplitFirst"];
  const other = inOtherWords(first, split);
  const needs: Need[] = [];
  if (!hasContent(other) || (other.body === first.body && other.subject === first.subject)) needs.push("Split");
  if (!isSendable(other)) needs.push("Sendable");
  if (split.decide === "auto" && !(hasLink(first.body) && hasLink(split.body))) needs.push("SplitLinks");
  return needs;
}

/** What still has to be filled in before the draft can be saved or launched. */
export function missing(draft: Draft): Need[] {
  const needs: Need[] = [];
  if (!draft.name.trim()) needs.push("Name");
  if (!draft.purpose) needs.push("Purpose");
  if (!toAudience(draft.audience)) needs.push("Audience");
  if (!draft.steps.length || !draft.steps.every(hasContent)) needs.push("Content");
  if (!draft.steps.every(hasPicture)) needs.push("Picture");
  if (!draft.steps.every(hasPictureLink)) needs.push("PictureLink");
  if (!draft.steps.every(hasButtons)) needs.push("Buttons");
  if (!draft.steps.every(isSendable)) needs.push("Sendable");
  needs.push(...missingOfSplit(draft).filter((need) => !needs.includes(need)));
  if (!draft.steps.every((step) => step.senderId)) needs.push("Sender");
  if (draft.scheduledAt === "") needs.push("Date");
  return needs;
}

const VARIABLE = /#\{([^{}\n]{1,40})\}/g;
const BUILT_IN = new Set(["이름", "전화번호", "주소", "수신거부링크"]);

/** The camp's own fields that a draft's texts name: what they say, nobody has read as a whole. */
export function ownVariables(draft: Draft): string[] {
  const texts = [...draft.steps, ...(draft.split ? [draft.split] : [])].flatMap(({ subject, body }) => [subject, body]);
  const names = texts.flatMap((text) => [...text.matchAll(VARIABLE)].map((found) => found[1]!.trim()));
  return [...new Set(names)].filter((name) => !BUILT_IN.has(name));
}

/** A text as one person would read it; the server renders the real thing. */
export function renderFor(text: string, contact: Contact | undefined): string {
  if (!contact) return text;
  const values: Record<string, string> = {
    이름: contact.name ?? "",
    전화번호: contact.phones[0] ?? "",
    주소: contact.address ?? "",
  };
  return text.replace(VARIABLE, (whole, name: string) => values[name.trim()] ?? whole);
}
