import { Slot } from "radix-ui";
import { useId, type ReactElement, type ReactNode } from "react";
import { cn } from "@/lib/utils";

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  optional?: string;
  className?: string;
  children: ReactElement;
}

/** A labelled control: wires label, hint and error to it for assistive technology. */
export function Field({ label, hint, error, optional, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={cn("grid gap-1.5", className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-2 text-[0.87rem] font-medium text-ink-2">
        <span>{label}</span>
        {optional ? <span className="text-xs font-normal text-ink-3">{optional}</span> : null}
      </label>
      <Slot.Root id={id} aria-invalid={error ? true : undefined} aria-describedby={error || hint ? noteId : undefined}>
        {children}
      </Slot.Root>
      {error || hint ? (
        <p id={noteId} role={error ? "alert" : undefined} className={cn("text-[0.82rem]", error ? "text-bad-ink" : "text-ink-3")}>
          {error ?? hint}
        </p>
      ) : null}
    </div>
  );
}
