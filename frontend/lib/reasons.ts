import { useTranslations } from "use-intl";

/** Why a message did not arrive, in words; a reason this page does not know keeps its code. */
export function useReason(): (code: string) => string {
  const t = useTranslations("reason");
  return (code) => (t.has(code as "unknown") ? t(code as "unknown") : code);
}

export interface StopWords {
  title: string;
  /** What to do now. */
  advice: string | null;
}

/**
 * Why a campaign stands still. Some reasons carry a detail behind a colon: the rule (`compliance:E02`), or the code with
 * which the carrier refused (`carrier_refused:1062`).
 */
export function useStopReason(): (code: string) => StopWords {
  const t = useTranslations("stop");
  const reasonOf = useReason();
  return (code) => {
    const [kind = "", detail = ""] = code.split(/:(.*)/s);
    if (!t.has(`${kind as "frozen"}.title`)) return { title: reasonOf(code), advice: null };
    return { title: t(`${kind as "frozen"}.title`, { detail }), advice: t(`${kind as "frozen"}.advice`, { detail }) };
  };
}
