import { OctagonAlert } from "lucide-react";
import { Notice } from "@/components/ui/feedback";
import { ApiError } from "@/lib/api";

/** Why the server refused: its sentence, and one line per broken rule with its article. */
export function Refused({ error, testId, className }: { error: Error; testId: string; className?: string }) {
  const details = error instanceof ApiError ? error.details : [];
  return (
    <Notice tone="bad" icon={<OctagonAlert aria-hidden />} className={className}>
      <div role="alert" data-testid={testId}>
        <p className="font-medium">{error.message}</p>
        {details.map((detail, index) => (
          <p key={index} className="mt-1 text-[0.87rem]">
            {detail.message}
            {detail.article ? <span className="opacity-75"> ({detail.article})</span> : null}
          </p>
        ))}
      </div>
    </Notice>
  );
}
