"use client";

import { MutationCache, QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { Tooltip } from "radix-ui";
import { useState, type ReactNode } from "react";
import { Toaster, toast } from "sonner";
import { isRefusal } from "./api";
import { LanguageProvider } from "./i18n";
import type { Locale } from "./locale";
import { FreshQueryClient } from "./query-client";

/** Half a second, one and two: who waits is told within four seconds. */
const RETRIES = 3;
const retryDelay = (failures: number): number => 500 * 2 ** failures;

/** Only what may heal by itself is asked again. */
function shouldRetry(failures: number, error: Error): boolean {
  if (isRefusal(error)) return false;
  return failures < RETRIES;
}

function makeClient(): QueryClient {
  return new FreshQueryClient({
    // The hub may be the next machine: a browser that thinks itself offline must say so, not wait without a word.
    defaultOptions: {
      queries: { retry: shouldRetry, retryDelay, networkMode: "always", staleTime: 5_000, refetchOnWindowFocus: true },
      mutations: { networkMode: "always" },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.quiet) toast.error(error.message);
      },
    }),
  });
}

export function Providers({ locale, children }: { locale: Locale; children: ReactNode }) {
  const [client] = useState(makeClient);
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
      <LanguageProvider initial={locale}>
        <QueryClientProvider client={client}>
          <Tooltip.Provider delayDuration={250}>{children}</Tooltip.Provider>
          <Toaster
            position="top-center"
            toastOptions={{
              classNames: {
                toast: "!bg-raised !text-ink !border-line !shadow-3 !rounded-lg !font-sans",
                error: "!text-bad-ink",
                success: "!text-good-ink",
              },
            }}
          />
        </QueryClientProvider>
      </LanguageProvider>
    </ThemeProvider>
  );
}
