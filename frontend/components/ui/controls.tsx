"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as RadixCheckbox, RadioGroup, Switch as RadixSwitch, ToggleGroup, Tooltip as RadixTooltip } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/utils";

export function Checkbox({ className, ...props }: ComponentProps<typeof RadixCheckbox.Root>) {
  return (
    <RadixCheckbox.Root
      className={cn(
        "relative grid size-[1.15rem] shrink-0 place-items-center rounded-[5px] border border-line-strong bg-surface transition-colors after:absolute after:-inset-1.5",
        "hover:border-ink-3 data-[state=checked]:border-seal data-[state=checked]:bg-seal data-[state=indeterminate]:border-seal data-[state=indeterminate]:bg-seal",
        className,
      )}
      {...props}
    >
      <RadixCheckbox.Indicator className="text-seal-ink">
        {props.checked === "indeterminate" ? <Minus className="size-3" strokeWidth={3.5} /> : <Check className="size-3" strokeWidth={3.5} />}
      </RadixCheckbox.Indicator>
    </RadixCheckbox.Root>
  );
}

export function Switch({ className, ...props }: ComponentProps<typeof RadixSwitch.Root>) {
  return (
    <RadixSwitch.Root
      className={cn("h-6 w-10 shrink-0 rounded-full bg-line-strong p-0.5 transition-colors data-[state=checked]:bg-seal", className)}
      {...props}
    >
      <RadixSwitch.Thumb className="block size-5 rounded-full bg-white shadow-1 transition-transform data-[state=checked]:translate-x-4" />
    </RadixSwitch.Root>
  );
}

interface SegmentedProps<T extends string> {
  value: T;
  onValueChange: (value: T) => void;
  options: { value: T; label: ReactNode; testId?: string }[];
  label: string;
  className?: string;
}

/** A small one-of-several choice. */
export function Segmented<T extends string>({ value, onValueChange, options, label, className }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next && onValueChange(next as T)}
      aria-label={label}
      className={cn("inline-flex rounded-lg bg-sunken p-1 ring-1 ring-line ring-inset", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          data-testid={option.testId}
          className="inline-flex h-8 items-center gap-1.5 rounded-md px-3 text-[0.87rem] font-medium text-ink-3 transition-colors hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-1"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

interface ChoiceCardsProps<T extends string> {
  value: T;
  onValueChange: (value: T) => void;
  options: { value: T; title: ReactNode; note?: ReactNode; icon?: ReactNode; testId?: string }[];
  label: string;
  className?: string;
}

/** Radio choices drawn as cards with a title and an explaining line. */
export function ChoiceCards<T extends string>({ value, onValueChange, options, label, className }: ChoiceCardsProps<T>) {
  return (
    <RadioGroup.Root value={value} onValueChange={(next) => onValueChange(next as T)} aria-label={label} className={cn("grid gap-2.5", className)}>
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          data-testid={option.testId}
          className="group flex items-start gap-3 rounded-lg border border-line bg-surface p-3.5 text-left transition-colors hover:border-line-strong data-[state=checked]:border-seal data-[state=checked]:bg-seal-soft/55"
        >
          <span className="mt-1 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-[5px] group-data-[state=checked]:border-seal" />
          <span className="min-w-0 flex-1">
            <span className="block text-[0.95rem] font-medium">{option.title}</span>
            {option.note ? <span className="mt-0.5 block text-[0.84rem] text-ink-3">{option.note}</span> : null}
          </span>
          {option.icon}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

export function Tip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content sideOffset={6} className="z-70 max-w-72 animate-fade rounded-md bg-ink px-2.5 py-1.5 text-[0.8rem] text-paper shadow-2">
          {text}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
