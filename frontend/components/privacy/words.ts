import { useTranslations } from "use-intl";

/** The words for the codes of consents; what this page does not know stays as it is written. */
export function useConsentWords() {
  const t = useTranslations("privacy");
  const word = (group: "purposes" | "channels" | "methods", code: string) => {
    const key = `${group}.${code}` as "purposes.processing";
    return t.has(key) ? t(key) : code;
  };
  return {
    purpose: (code: string) => word("purposes", code),
    channel: (code: string) => word("channels", code),
    method: (code: string) => word("methods", code),
  };
}
