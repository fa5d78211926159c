import type { ComplianceStatus, ElectionDates } from "./compliance";

/** The calendar of an election as a picture and as "what may be sent today". Days are Korean calendar days, `2026-06-03`. */

/** Today in Korea, which has no daylight saving time. */
export function seoulToday(now: number = Date.now()): string {
  return new Date(now + 9 * 3600_000).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

export interface Period {
  key: "preRegistration" | "registration" | "campaign" | "documents" | "deepfake" | "ownPolls" | "pollResults";
  kind: "open" | "closed";
  from: string;
  until: string;
  /** The rule behind it; 제93조 has none, since texts are exempt. */
  rule: string | null;
}

/** What opens and what closes before an election (공직선거법 제33조, 제59조, 제60조의2, 제82조의8, 제93조, 제108조). */
export function periodsOf(dates: ElectionDates, electionDay: string): Period[] {
  return [
    { key: "preRegistration", kind: "open", from: dates.pre_registration_opens_on, until: dates.registration_closes_on, rule: "E09" },
    { key: "registration", kind: "open", from: dates.registration_opens_on, until: dates.registration_closes_on, rule: "E10" },
    { key: "campaign", kind: "open", from: dates.campaign_starts_on, until: addDays(electionDay, -1), rule: null },
    { key: "documents", kind: "closed", from: dates.days_120, until: electionDay, rule: null },
    { key: "deepfake", kind: "closed", from: dates.days_90, until: electionDay, rule: "E11" },
    { key: "ownPolls", kind: "closed", from: dates.days_60, until: electionDay, rule: "E14" },
    { key: "pollResults", kind: "closed", from: dates.days_6, until: electionDay, rule: "E12" },
  ];
}

export interface Span {
  from: string;
  until: string;
}

const AIR_DAYS = 4;

/** The days a picture shows; a today long before them is not stretched to. */
export function spanOf(periods: Period[], electionDay: string): Span {
  const first = periods.map((period) => period.from).sort()[0] ?? electionDay;
  return { from: addDays(first, -AIR_DAYS), until: addDays(electionDay, AIR_DAYS) };
}

/** Where a day stands in a span, in percent, kept inside it. */
export function placeOf(day: string, { from, until }: Span): number {
  return Math.min(100, Math.max(0, (daysBetween(from, day) / daysBetween(from, until)) * 100));
}

export type Permission = "allowed" | "careful" | "forbidden";
export interface Today {
  key: "electionText" | "pollResults" | "deepfake" | "ownPolls" | "report" | "holiday" | "night";
  permission: Permission;
  /** Which sentence explains it: `compliance.today.<key>.<why>`. */
  why: string;
  rule: string;
}

const within = (today: string, from: string, until: string) => from <= today && today <= until;

function electionText({ candidate, counter, reported_numbers, frozen }: ComplianceStatus): Omit<Today, "key"> {
  if (frozen) return { permission: "forbidden", why: "frozen", rule: "E21" };
  if (candidate.standing === "not_yet") return { permission: "forbidden", why: "not_yet", rule: "E09" };
  if (candidate.standing === "expired") return { permission: "forbidden", why: "expired", rule: "E10" };
  if (candidate.standing !== "pre_candidate" && candidate.standing !== "candidate") return { permission: "forbidden", why: candidate.standing, rule: "E01" };
  if (counter && counter.left === 0) return { permission: "forbidden", why: "used_up", rule: "E02" };
  if (!reported_numbers.some((number) => number.in_use)) return { permission: "forbidden", why: "no_number", rule: "E03" };
  return { permission: "allowed", why: "allowed", rule: "E02" };
}

/** What a text may be about today. The rules decide again, with the text before them. */
export function todayOf(status: ComplianceStatus, today: string): Today[] {
  const { election, candidate } = status;
  const until = election?.election_day ?? "";
  const from = (name: keyof ElectionDates) => election?.dates[name] ?? "9999";
  const report = !candidate.in_office ? "not_in_office" : within(today, from("days_90"), until) ? "near" : "allowed";
  return [
    { key: "electionText", ...electionText(status) },
    within(today, from("days_6"), until)
      ? { key: "pollResults", permission: "forbidden", why: "forbidden", rule: "E12" }
      : { key: "pollResults", permission: "careful", why: "careful", rule: "E13" },
    within(today, from("days_90"), until)
      ? { key: "deepfake", permission: "forbidden", why: "forbidden", rule: "E11" }
      : { key: "deepfake", permission: "careful", why: "careful", rule: "E11" },
    within(today, from("days_60"), until)
      ? { key: "ownPolls", permission: "forbidden", why: "forbidden", rule: "E14" }
      : { key: "ownPolls", permission: "careful", why: "careful", rule: "E14" },
    { key: "report", permission: report === "allowed" ? "allowed" : "careful", why: report, rule: "E16" },
    { key: "holiday", permission: "careful", why: "careful", rule: "E17" },
    { key: "night", permission: "careful", why: "careful", rule: "A02" },
  ];
}
