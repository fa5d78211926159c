"use client";

import { useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Download, Tag, TagsIcon, Trash2, Undo2, X, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useEffect, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useDownloadExport } from "@/components/exports/use-download";
import { Button } from "@/components/ui/button";
import { ProgressBar } from "@/components/ui/feedback";
import {
  dismissJob, isBulkRunning, isExportRunning, useBulkJob, useExportJob, useUndoBulk, useWatchedJobs,
  type BulkAction, type BulkJob,
} from "@/lib/bulk";
import { useFormat } from "@/lib/format";
import { percentOf } from "@/lib/utils";

const ICON: Record<BulkAction, LucideIcon> = { tag: Tag, untag: TagsIcon, delete: Trash2 };

/** Bulk actions and exports of this tab, on every screen until they are put away. */
export function JobsPanel() {
  const t = useTranslations("bulk");
  const jobs = useWatchedJobs();
  if (jobs.length === 0) return null;
  return (
    <aside
      aria-label={t("panel")}
      data-testid="jobs-panel"
      // In the side bar's foot, or between a phone's top bar and its page: nothing is covered.
      className="grid gap-2 px-4 pt-4 sm:px-6 lg:fixed lg:bottom-20 lg:left-3 lg:z-40 lg:w-[14rem] lg:p-0"
    >
      {jobs.slice(-3).map((job) => (job.kind === "bulk" ? <BulkCard key={job.id} id={job.id} /> : <ExportCard key={job.id} id={job.id} />))}
    </aside>
  );
}

interface FrameProps {
  id: string;
  icon: ReactNode;
  title: ReactNode;
  note: ReactNode;
  percent: number | null;
  action?: ReactNode;
  status: string;
}

function Frame({ id, icon, title, note, percent, action, status }: FrameProps) {
  const t = useTranslations("bulk");
  return (
    <div className="animate-rise rounded-xl border border-line bg-raised p-3 shadow-3" data-testid="job" data-status={status}>
      <div className="flex items-start gap-3 lg:flex-wrap">
        <span className="grid size-8 shrink-0 place-items-center rounded-full bg-seal-soft text-seal-soft-ink [&_svg]:size-4">{icon}</span>
        <div className="min-w-0 flex-1 leading-snug" aria-live="polite">
          <p className="line-clamp-2 text-[0.93rem] font-medium break-words">{title}</p>
          <p className="text-[0.84rem] text-ink-3" data-testid="job-note">{note}</p>
        </div>
        {action ? <div className="grid lg:order-last lg:-mt-0.5 lg:basis-full">{action}</div> : null}
        {percent === null ? (
          <Button variant="ghost" size="icon-sm" className="-mt-1 -mr-1" onClick={() => dismissJob(id)} aria-label={t("dismiss")} data-testid="job-dismiss">
            <X aria-hidden />
          </Button>
        ) : null}
      </div>
      {percent === null ? null : <ProgressBar percent={percent} label={t("progress")} className="mt-2.5 h-1.5" />}
    </div>
  );
}

/** Reads the lists again as soon as a job has changed the contacts. A short undo is over before it is seen to run. */
function useRefreshWhenDone(running: boolean | undefined, status: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (running !== false) return;
    for (const key of ["contacts", "tags", "bulk"]) void client.invalidateQueries({ queryKey: [key], exact: false });
  }, [running, status, client]);
}

function BulkCard({ id }: { id: string }) {
  const t = useTranslations("bulk");
  const query = useBulkJob(id);
  const job = query.data;
  const running = job && isBulkRunning(job.status);
  useRefreshWhenDone(running, job?.status);
  const lines = useBulkLines();
  if (query.isError && !job) {
    return <Frame id={id} status="failed" icon={<CircleAlert />} title={t("unknownJob")} note={query.error.message} percent={null} />;
  }
  if (!job) return null;
  const Icon = ICON[job.action];
  return (
    <Frame
      id={id}
      status={job.status}
      icon={<Icon aria-hidden />}
      title={lines.title(job)}
      note={lines.note(job)}
      percent={running ? percentOf(job.done, job.total) : null}
      action={job.status === "completed" && job.can_undo ? <UndoButton id={id} /> : null}
    />
  );
}

export function UndoButton({ id }: { id: string }) {
  const t = useTranslations("bulk");
  const undo = useUndoBulk();
  return (
    <Button variant="soft" size="sm" loading={undo.isPending} onClick={() => undo.mutate(id)} data-testid="bulk-undo">
      <Undo2 aria-hidden />
      {t("undo")}
    </Button>
  );
}

/** A bulk action in words. */
export function useBulkLines() {
  const t = useTranslations("bulk");
  const format = useFormat();
  const progress = (job: BulkJob) => t("progressOf", { done: format.number(job.done), total: format.number(job.total) });
  const result = (job: BulkJob) => {
    const changed = t("changed", { count: format.number(job.changed) });
    return job.skipped > 0 ? `${changed} · ${t("skipped", { count: format.number(job.skipped) })}` : changed;
  };
  const undone = ({ undo }: BulkJob) =>
    undo && undo.kept > 0 ? t("undoneKept", { count: format.number(undo.kept) }) : t("undone");
  return {
    title: (job: BulkJob) => [t(job.action), job.tags.join(", ")].filter(Boolean).join(" · "),
    note: (job: BulkJob) => {
      if (job.status === "queued") return t("queued");
      if (job.status === "running") return progress(job);
      if (job.status === "undoing") return `${t("undoing")} ${progress(job)}`;
      if (job.status === "undone") return undone(job);
      return job.status === "failed" ? (job.error_message ?? t("failed")) : result(job);
    },
  };
}

function ExportCard({ id }: { id: string }) {
  const t = useTranslations();
  const format = useFormat();
  const query = useExportJob(id);
  const download = useDownloadExport();
  const job = query.data;
  const client = useQueryClient();
  const running = job && isExportRunning(job.status);
  useEffect(() => {
    if (running === false) void client.invalidateQueries({ queryKey: ["exports", "list"] });
  }, [running, client]);
  if (!job) return null;
  const rows = format.number(running ? job.done : (job.rows ?? 0));
  return (
    <Frame
      id={id}
      status={job.status}
      icon={job.status === "completed" ? <CircleCheck aria-hidden /> : <Download aria-hidden />}
      title={<Link href="/contacts/exports" className="hover:underline">{t("exports.one", { format: job.format.toUpperCase() })}</Link>}
      note={job.status === "failed" ? (job.error_message ?? t("exports.failed")) : t(running ? "exports.writing" : "exports.ready", { count: rows })}
      percent={running ? percentOf(job.done, job.total) : null}
      action={
        job.status === "completed" ? (
          <Button variant="soft" size="sm" loading={download.isPending} onClick={() => download.mutate(job)} data-testid="export-download">
            <Download aria-hidden />
            {t("exports.download")}
          </Button>
        ) : null
      }
    />
  );
}
