import type { ContactDetail, ContactPoint, Reach } from "./types";

export type ReachReason = "ok" | "optedOut" | "shared" | "noMobile" | "noEmail";
export type Untextable = "landline" | "safe" | "hotline" | "foreign" | "other";

const isPhone = ({ kind }: ContactPoint) => kind === "phone" || kind === "landline";

function judge(points: ContactPoint[], none: ReachReason): ReachReason {
  if (points.length === 0) return none;
  return points.some((point) => !point.opted_out) ? "ok" : "optedOut";
}

/**
 * Whether a person can be written to on each channel, and if not, why. Kakao notices go by the mobile number; what goes to a
 * number that is another person's goes there once.
 */
export function reachOf({ points, shared_phones }: ContactDetail): Record<Reach, ReachReason> {
  const none = shared_phones?.length ? "shared" : "noMobile";
  const mobile = judge(points.filter((point) => isPhone(point) && point.textable), none);
  const email = judge(points.filter(({ kind }) => kind === "email"), "noEmail");
  return { sms: mobile, kakao_alimtalk: mobile, email };
}

/** Why no text can be sent to a number, by the Korean number plan; null for one that takes texts. */
export function untextable(point: ContactPoint): Untextable | null {
  if (!isPhone(point) || point.textable) return null;
  const digits = point.value.replace(/\D/g, "");
  if (point.value.startsWith("+") && !digits.startsWith("82")) return "foreign";
  if (/^050/.test(digits)) return "safe";
  if (/^1[568]\d{2}/.test(digits)) return "hotline";
  return /^0[2-7]/.test(digits) ? "landline" : "other";
}
