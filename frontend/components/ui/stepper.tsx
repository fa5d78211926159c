import { Check } from "lucide-react";
import { cn } from "@/lib/utils";

interface StepperProps {
  steps: string[];
  current: number;
  label: string;
  /** Makes finished steps clickable. */
  onStep?: (index: number) => void;
}

export function Stepper({ steps, current, label, onStep }: StepperProps) {
  return (
    <ol aria-label={label} className="flex items-center gap-1 sm:gap-2">
      {steps.map((step, index) => {
        const done = index < current;
        const active = index === current;
        return (
          <li key={step} aria-current={active ? "step" : undefined} className="flex min-w-0 flex-1 items-center gap-2 last:flex-none">
            <button
              type="button"
              disabled={!done || !onStep}
              onClick={() => onStep?.(index)}
              className={cn(
                "flex shrink-0 items-center gap-2 rounded-full text-[0.93rem] disabled:cursor-default",
                active ? "font-semibold text-ink" : done ? "text-ink-2 enabled:hover:text-seal" : "text-ink-3",
              )}
            >
              <span
                className={cn(
                  "grid size-7 place-items-center rounded-full text-[0.82rem] font-semibold transition-colors",
                  active ? "bg-seal text-seal-ink" : done ? "bg-seal-soft text-seal-soft-ink" : "bg-sunken text-ink-3 ring-1 ring-line ring-inset",
                )}
              >
                {done ? <Check className="size-4" aria-hidden /> : index + 1}
              </span>
              <span className={cn(!active && "max-sm:sr-only")}>{step}</span>
            </button>
            {index < steps.length - 1 ? <span aria-hidden className={cn("h-px flex-1", done ? "bg-seal/40" : "bg-line")} /> : null}
          </li>
        );
      })}
    </ol>
  );
}
