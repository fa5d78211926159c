"use client";

import { Download, ShieldCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ArtFile } from "@/components/art";
import { UndoButton, useBulkLines } from "@/components/contacts/jobs-panel";
import { BackLink } from "@/components/layout/back-link";
import { Badge, Dot, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/controls";
import { Empty, Notice, ProgressBar } from "@/components/ui/feedback";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { isBulkRunning, isExportRunning, useBulkJobs, useExports, type BulkJob, type ExportJob } from "@/lib/bulk";
import { useFormat } from "@/lib/format";
import { useCan, useMe } from "@/lib/session";
import { percentOf } from "@/lib/utils";
import { useDownloadExport } from "./use-download";

/** What left the hub as a file, and what was done to many contacts at once. */
export function ExportsScreen() {
  const t = useTranslations("exports");
  const [tab, setTab] = useState<"exports" | "bulk">("exports");
  return (
    <>
      <PageHeader back={<BackLink href="/contacts">{t("backToContacts")}</BackLink>} title={t("title")} note={t("note")} />
      <Segmented
        className="mb-4"
        label={t("title")}
        value={tab}
        onValueChange={setTab}
        options={[{ value: "exports", label: t("tabExports"), testId: "tab-exports" }, { value: "bulk", label: t("tabBulk"), testId: "tab-bulk" }]}
      />
      {tab === "exports" ? <Exports /> : <BulkJobs />}
    </>
  );
}

function Exports() {
  const t = useTranslations("exports");
  const me = useMe();
  const { manage } = useCan();
  const jobs = useExports(manage);
  if (!me.data) return <Card><Unready query={me} rows={4} /></Card>;
  if (!manage) return <Notice icon={<ShieldCheck aria-hidden />}>{t("onlyManagers")}</Notice>;
  return (
    <Card>
      <Unready query={jobs} rows={4} />
      {jobs.data?.length === 0 ? <Empty art={<ArtFile />} title={t("emptyTitle")} note={t("emptyNote")} /> : null}
      <ul className="divide-y divide-line">{jobs.data?.map((job) => <ExportLine key={job.id} job={job} />)}</ul>
    </Card>
  );
}

const EXPORT_TONE: Record<ExportJob["status"], Tone> = { queued: "seal", running: "seal", completed: "good", failed: "bad", expired: "neutral" };

function ExportLine({ job }: { job: ExportJob }) {
  const t = useTranslations("exports");
  const format = useFormat();
  const download = useDownloadExport();
  const running = isExportRunning(job.status);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-4" data-testid="export-line" data-status={job.status}>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {t("one", { format: job.format.toUpperCase() })}
          <Badge tone={EXPORT_TONE[job.status]}><Dot tone={EXPORT_TONE[job.status]} live={running} />{t(`status.${job.status}`)}</Badge>
        </p>
        <p className="mt-0.5 text-[0.9rem] break-words text-ink-2">{job.reason}</p>
        <p className="text-[0.84rem] text-ink-3">
          {[
            t("people", { count: format.number(job.rows ?? job.total) }),
            format.dateTime(job.created_at),
            job.status === "completed" && job.expires_at ? t("until", { at: format.dateTime(job.expires_at) }) : null,
            job.error_message,
          ].filter(Boolean).join(" · ")}
        </p>
        {running ? <ProgressBar className="mt-2 h-1.5 max-w-sm" percent={percentOf(job.done, job.total)} label={t("status.running")} /> : null}
      </div>
      {job.status === "completed" ? (
        <Button variant="secondary" size="sm" loading={download.isPending} onClick={() => download.mutate(job)} data-testid="export-line-download">
          <Download aria-hidden />
          {t("download")}
        </Button>
      ) : null}
    </li>
  );
}

function BulkJobs() {
  const t = useTranslations("exports");
  const jobs = useBulkJobs();
  return (
    <Card>
      <Unready query={jobs} rows={4} />
      {jobs.data?.length === 0 ? <Empty art={<ArtFile />} title={t("noBulkTitle")} note={t("noBulkNote")} /> : null}
      <ul className="divide-y divide-line">{jobs.data?.map((job) => <BulkLine key={job.id} job={job} />)}</ul>
    </Card>
  );
}

function BulkLine({ job }: { job: BulkJob }) {
  const t = useTranslations("bulk");
  const format = useFormat();
  const lines = useBulkLines();
  const running = isBulkRunning(job.status);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-4" data-testid="bulk-line" data-status={job.status}>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex items-center gap-2 font-medium">
          {lines.title(job)}
          {job.status === "failed" ? <TriangleAlert className="size-4 text-bad-ink" aria-hidden /> : null}
        </p>
        <p className="text-[0.87rem] text-ink-3">{[lines.note(job), format.dateTime(job.created_at)].join(" · ")}</p>
        {running ? <ProgressBar className="mt-2 h-1.5 max-w-sm" percent={percentOf(job.done, job.total)} label={t("progress")} /> : null}
      </div>
      {!running && job.can_undo ? <UndoButton id={job.id} /> : null}
    </li>
  );
}
