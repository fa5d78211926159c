import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps, MouseEvent } from "react";
import { cn } from "@/lib/utils";

export const buttonStyle = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-md font-medium transition-colors " +
    "select-none disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-seal text-seal-ink shadow-1 hover:bg-seal-strong",
        secondary: "border border-line-strong bg-surface text-ink shadow-1 hover:bg-hover",
        soft: "bg-seal-soft text-seal-soft-ink hover:brightness-[0.97] dark:hover:brightness-110",
        ghost: "text-ink-2 hover:bg-hover hover:text-ink",
        danger: "bg-bad text-white shadow-1 hover:brightness-95 dark:text-[oklch(0.18_0.03_25)]",
        "danger-ghost": "text-bad-ink hover:bg-bad-soft",
      },
      size: {
        sm: "h-8 px-3 text-[0.87rem] [&_svg]:size-4",
        md: "h-10 px-4 text-[0.93rem] [&_svg]:size-[1.1rem]",
        lg: "h-12 rounded-lg px-6 text-base [&_svg]:size-5",
        icon: "size-10 [&_svg]:size-[1.2rem]",
        "icon-sm": "size-8 [&_svg]:size-[1.05rem]",
      },
    },
    defaultVariants: { variant: "primary", size: "md" },
  },
);

interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonStyle> {
  asChild?: boolean;
  loading?: boolean;
}

/**
 * `loading` shows a spinner and refuses further clicks. A button that starts something (it has `loading`) also ignores
 * the second half of a double click, which arrives before the first could disable it.
 */
export function Button({ className, variant, size, asChild, loading, disabled, children, type, onClick, ...props }: ButtonProps) {
  const style = cn(buttonStyle({ variant, size }), className);
  if (asChild) return <Slot.Root className={style} onClick={onClick} {...props}>{children}</Slot.Root>;
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (loading !== undefined && event.detail > 1) return event.preventDefault();
    onClick?.(event);
  };
  return (
    <button type={type ?? "button"} className={style} disabled={disabled || loading} aria-busy={loading} onClick={click} {...props}>
      {loading ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  );
}
