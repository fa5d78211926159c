"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "use-intl";
import { BackLink } from "@/components/layout/back-link";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Stepper } from "@/components/ui/stepper";
import { Unready } from "@/components/ui/unready";
import { useImport } from "@/lib/imports";
import type { ImportItem, ImportStatus } from "@/lib/types";
import { DropStep } from "./drop-step";
import { ImportFailed, ImportUndone } from "./end-states";
import { ImportResult } from "./import-result";
import { MappingStep } from "./mapping-step";
import { ProgressStep } from "./progress-step";

const STEP_OF: Record<ImportStatus, number> = {
  queued: 1, inspecting: 1, awaiting_mapping: 1, ingesting: 2, deduplicating: 2,
  completed: 3, failed: 3, undoing: 3, undone: 3,
};

/** The step follows the import's own state, so a reload or a link from the history lands in the right place. */
export function ImportWizard() {
  const t = useTranslations("imports");
  const router = useRouter();
  const query = useSearchParams();
  const id = query.get("id");
  const item = useImport(id);
  const step = item.data ? STEP_OF[item.data.status] : id ? 1 : 0;
  return (
    <div className="mx-auto max-w-4xl">
      <BackLink href="/contacts/imports">{t("history")}</BackLink>
      <PageHeader title={t("wizardTitle")} note={item.data?.file_name} />
      <div className="mb-6">
        <Stepper label={t("wizardTitle")} current={step} steps={[t("stepFile"), t("stepColumns"), t("stepRun"), t("stepResult")]} />
      </div>
      <Card className="overflow-hidden">
        {id === null ? <DropStep mended={query.get("mended")} onAccepted={(next) => router.replace(`/contacts/import?id=${next}`)} /> : null}
        {id === null ? null : <Unready query={item} />}
        {item.data ? <Stage key={item.data.id} item={item.data} at={item.dataUpdatedAt} /> : null}
      </Card>
    </div>
  );
}

function Stage({ item, at }: { item: ImportItem; at: number }) {
  switch (item.status) {
    case "awaiting_mapping":
      return <MappingStep item={item} />;
    case "completed":
      return <ImportResult item={item} />;
    case "failed":
      return <ImportFailed item={item} />;
    case "undone":
      return <ImportUndone item={item} />;
    default:
      return <ProgressStep item={item} at={at} />;
  }
}
