export const LOCALE_COOKIE = "hanpyo_locale";
export type Locale = "ko" | "en";

/** Korean unless the user chose English. */
export function readLocale(value: string | undefined): Locale {
  return value === "en" ? "en" : "ko";
}
