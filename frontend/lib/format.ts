import { useFormatter, useTranslations } from "use-intl";

/** A date of another year tells its year. */
const yearUnlessThis = (at: string) => (new Date(at).getFullYear() === new Date().getFullYear() ? {} : ({ year: "numeric" } as const));

/** Formats of the UI, in the user's language and Korean time. */
export function useFormat() {
  const formatter = useFormatter();
  const t = useTranslations("format");
  const dash = "–";
  return {
    number: (value: number) => formatter.number(value),
    // Cut, not rounded: 100% is said only when nobody is missing.
    percent: (ratio: number | null | undefined) =>
      ratio == null ? dash : formatter.number(Math.floor(ratio * 1000 + 1e-6) / 1000, { style: "percent", maximumFractionDigits: 1 }),
    won: (value: number) => formatter.number(value, { style: "currency", currency: "KRW" }),
    total: (total: { value: number; relation: "eq" | "gte" }) =>
      formatter.number(total.value) + (total.relation === "gte" ? "+" : ""),
    bytes: (value: number) => {
      if (value < 1024 * 1024) return `${formatter.number(Math.ceil(value / 1024))} KB`;
      return `${formatter.number(value / 1024 / 1024, { maximumFractionDigits: 1 })} MB`;
    },
    date: (at: string | null | undefined) =>
      at ? formatter.dateTime(new Date(at), { year: "numeric", month: "2-digit", day: "2-digit" }) : dash,
    dateTime: (at: string | null | undefined) =>
      at
        ? formatter.dateTime(new Date(at), { ...yearUnlessThis(at), month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
        : dash,
    clock: (at: string | null | undefined) =>
      at
        ? formatter.dateTime(new Date(at), { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })
        : dash,
    day: (date: string) => formatter.dateTime(new Date(`${date.slice(0, 10)}T00:00:00+09:00`), { month: "numeric", day: "numeric" }),
    relative: (at: string) => formatter.relativeTime(new Date(at), new Date()),
    duration: (seconds: number) => {
      const whole = seconds > 0 ? Math.max(1, Math.round(seconds)) : 0;
      if (whole < 60) return t("seconds", { count: whole });
      if (whole < 3600) {
        const minutes = t("minutes", { count: Math.floor(whole / 60) });
        return whole % 60 ? `${minutes} ${t("seconds", { count: whole % 60 })}` : minutes;
      }
      return t("hours", { count: Math.round((seconds / 3600) * 10) / 10 });
    },
  };
}
