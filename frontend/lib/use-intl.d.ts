import type ko from "@/messages/ko.json";

declare module "use-intl" {
  interface AppConfig {
    Messages: typeof ko;
    Locale: "ko" | "en";
  }
}
