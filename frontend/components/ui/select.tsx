"use client";

import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

export interface Option {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

interface SelectProps {
  value: string;
  onValueChange: (value: string) => void;
  options: Option[];
  placeholder?: string;
  className?: string;
  disabled?: boolean;
  id?: string;
  "aria-label"?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string;
  "data-testid"?: string;
}

export function Select({ value, onValueChange, options, placeholder, className, disabled, ...rest }: SelectProps) {
  return (
    <Radix.Root value={value} onValueChange={onValueChange} disabled={disabled}>
      <Radix.Trigger
        className={cn(
          "flex h-10 w-full items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 text-left text-[0.95rem]",
          "shadow-1 transition-colors hover:border-ink-3/50 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-3",
          "data-[placeholder]:text-ink-3 [&>span:first-child]:truncate aria-invalid:border-bad",
          className,
        )}
        {...rest}
      >
        <Radix.Value placeholder={placeholder} />
        <Radix.Icon>
          <ChevronDown className="size-4 text-ink-3" aria-hidden />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={5}
          className="z-60 max-h-80 min-w-(--radix-select-trigger-width) animate-rise overflow-hidden rounded-lg border border-line bg-raised p-1 shadow-3"
        >
          <Radix.Viewport>{options.map((option) => <Item key={option.value} option={option} />)}</Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ option }: { option: Option }) {
  return (
    <Radix.Item
      value={option.value}
      disabled={option.disabled}
      className="flex cursor-pointer items-center gap-2 rounded-md py-2 pr-3 pl-2.5 text-[0.93rem] outline-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover"
    >
      <span className="flex min-w-0 flex-1 flex-col">
        <Radix.ItemText>{option.label}</Radix.ItemText>
        {option.hint ? <span className="text-xs text-ink-3">{option.hint}</span> : null}
      </span>
      <Radix.ItemIndicator>
        <Check className="size-4 text-seal" aria-hidden />
      </Radix.ItemIndicator>
    </Radix.Item>
  );
}
