import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "./globals.css";
import { LOCALE_COOKIE, readLocale } from "@/lib/locale";
import { Providers } from "@/lib/providers";
import en from "@/messages/en.json";
import ko from "@/messages/ko.json";

export async function generateMetadata(): Promise<Metadata> {
  const { app } = readLocale((await cookies()).get(LOCALE_COOKIE)?.value) === "en" ? en : ko;
  return { title: app.title, description: app.description };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#faf8f5" },
    { media: "(prefers-color-scheme: dark)", color: "#0d1315" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = readLocale((await cookies()).get(LOCALE_COOKIE)?.value);
  return (
    <html lang={locale} suppressHydrationWarning>
      <body>
        <Providers locale={locale}>{children}</Providers>
      </body>
    </html>
  );
}
