"use client";

import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { IntlProvider } from "use-intl";
import en from "@/messages/en.json";
import ko from "@/messages/ko.json";
import { setLanguage } from "./api";
import { LOCALE_COOKIE, type Locale } from "./locale";

const CATALOGUES = { ko, en } as const;

interface LocaleSwitch {
  locale: Locale;
  setLocale: (locale: Locale) => void;
}
const LocaleContext = createContext<LocaleSwitch | null>(null);

/** Gives messages and formats (Asia/Seoul) and lets the user switch language without a reload. */
export function LanguageProvider({ initial, children }: { initial: Locale; children: ReactNode }) {
  const [locale, choose] = useState<Locale>(initial);
  // Set while rendering, not in an effect: the first queries of the page already carry the language.
  setLanguage(locale, CATALOGUES[locale].errors.network);

  const setLocale = useCallback((next: Locale) => {
    document.cookie = `${LOCALE_COOKIE}=${next}; path=/; max-age=31536000; samesite=lax`;
    choose(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  const value = useMemo(() => ({ locale, setLocale }), [locale, setLocale]);
  return (
    <LocaleContext.Provider value={value}>
      <IntlProvider locale={locale} messages={CATALOGUES[locale]} timeZone="Asia/Seoul">
        {children}
      </IntlProvider>
    </LocaleContext.Provider>
  );
}

export function useLocaleSwitch(): LocaleSwitch {
  const value = useContext(LocaleContext);
  if (!value) throw new Error("useLocaleSwitch needs LanguageProvider");
  return value;
}
