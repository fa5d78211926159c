import type { Audience } from "./types";

const KEY = "hanpyo-audience";

/** Hands the people who were chosen to the campaign wizard; ids and conditions only, and only for this tab. */
export function keepAudience(audience: Audience): void {
  sessionStorage.setItem(KEY, JSON.stringify(audience));
}

export function takeAudience(): Audience | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text ? (JSON.parse(text) as Audience) : null;
}
