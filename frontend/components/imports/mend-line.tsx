"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import type { Id } from "@/lib/types";

/** From a mended file's result to that of the list whose rows it brings back, and the other way. */
export function MendLine({ name, id }: { name: "mendsLine" | "mendedLine"; id: Id }) {
  const t = useTranslations("imports");
  return (
    <p className="mt-1 text-[0.87rem] text-ink-2">
      {t.rich(name, {
        link: (text) => <Link href={`/contacts/import?id=${id}`} className="font-medium text-seal hover:underline" data-testid={`import-${name}`}>{text}</Link>,
      })}
    </p>
  );
}
