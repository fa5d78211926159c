import { useMutation } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { ExportJob } from "@/lib/bulk";
import { saveBlob } from "@/lib/utils";

/** Fetches a finished export with the session's own right and saves it; the address never carries a token of ours. */
export function useDownloadExport() {
  return useMutation({
    mutationFn: async (job: ExportJob) => {
      const blob = await api.blob(`/contacts/exports/${job.id}/download`);
      saveBlob(blob, `contacts-${job.created_at.slice(0, 10)}.${job.format}`);
    },
  });
}
