"use client";

import { Languages, Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useLocaleSwitch } from "@/lib/i18n";

const LANGUAGES = [["ko", "한국어"], ["en", "English"]] as const;

/** Each language is named in itself, so that whoever needs it can read it. */
export function LanguageMenu() {
  const t = useTranslations("shell");
  const { locale, setLocale } = useLocaleSwitch();
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={t("language")} data-testid="language-switch">
          <Languages aria-hidden />
        </Button>
      }
    >
      {LANGUAGES.map(([code, name]) => (
        <MenuItem key={code} checked={locale === code} onSelect={() => setLocale(code)} data-testid={`language-${code}`}>
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}

const THEMES = [["light", Sun], ["dark", Moon], ["system", Monitor]] as const;

export function ThemeMenu() {
  const t = useTranslations("shell");
  const { theme, setTheme } = useTheme();
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={t("theme")} data-testid="theme-switch">
          <Sun className="dark:hidden" aria-hidden />
          <Moon className="hidden dark:block" aria-hidden />
        </Button>
      }
    >
      {THEMES.map(([name, Icon]) => (
        <MenuItem key={name} checked={theme === name} onSelect={() => setTheme(name)} data-testid={`theme-${name}`}>
          <Icon aria-hidden />
          {t(name)}
        </MenuItem>
      ))}
    </Menu>
  );
}
