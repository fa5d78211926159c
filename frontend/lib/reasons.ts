import { useTranslations } from "use-intl";

/** Why a message did not arrive, or a campaign stopped, in words; a reason this page does not know keeps its code. */
export function useReason(): (code: string) => string {
  const t = useTranslations("reason");
  return (code) => (t.has(code as "unknown") ? t(code as "unknown") : code);
}
