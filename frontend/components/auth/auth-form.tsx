"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useTranslations } from "use-intl";
import { z } from "zod";
import { PasswordInput } from "@/components/auth/password-input";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError } from "@/lib/api";

export type AuthField = "organization" | "name" | "email" | "password";

interface AuthFormProps {
  title: string;
  note: string;
  fields: AuthField[];
  submitLabel: string;
  submitTestId: string;
  /** A new password has a minimum length; an existing one is only compared. */
  newPassword?: boolean;
  testPrefix: string;
  pending: boolean;
  error: Error | null;
  onSubmit: (values: Record<string, string>) => void;
  footer?: ReactNode;
}

function useSchema(fields: AuthField[], newPassword: boolean) {
  const t = useTranslations();
  const text = z.string().trim().min(1, t("common.required"));
  const rules: Record<AuthField, z.ZodType<string, string>> = {
    organization: text,
    name: text,
    email: z.string().trim().pipe(z.email(t("auth.badEmail"))),
    password: newPassword ? z.string().min(10, t("auth.shortPassword")) : z.string().min(1, t("common.required")),
  };
  return z.object(Object.fromEntries(fields.map((field) => [field, rules[field]])));
}

/** What the server says about a field stands under the field, everything else above the button. */
function serverMessage(error: Error | null, field: AuthField): string | undefined {
  return error instanceof ApiError ? error.details.find((detail) => detail.field === field)?.message : undefined;
}

export function AuthForm(props: AuthFormProps) {
  const t = useTranslations("auth");
  const schema = useSchema(props.fields, props.newPassword ?? false);
  const form = useForm<Record<string, string>>({ resolver: zodResolver(schema) });
  const fieldErrors = form.formState.errors;
  const hints: Partial<Record<AuthField, string>> = {
    organization: t("organizationHint"),
    password: props.newPassword ? t("passwordHint") : undefined,
  };
  const general = props.error && !props.fields.some((field) => serverMessage(props.error, field)) ? props.error : null;
  return (
    <form noValidate onSubmit={form.handleSubmit(props.onSubmit)} className="grid gap-4">
      <div className="mb-3">
        <h1 className="text-[1.75rem] font-bold">{props.title}</h1>
        <p className="mt-1 text-ink-3">{props.note}</p>
      </div>
      {props.fields.map((field, index) => (
        <Field
          key={field}
          label={t(field)}
          hint={hints[field]}
          error={fieldErrors[field]?.message?.toString() ?? serverMessage(props.error, field)}
        >
          <AuthInput
            field={field}
            newPassword={props.newPassword}
            autoFocus={index === 0}
            data-testid={`${props.testPrefix}-${field}`}
            {...form.register(field)}
          />
        </Field>
      ))}
      {general ? (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          <p role="alert">{general.message}</p>
        </Notice>
      ) : null}
      <Button type="submit" size="lg" className="mt-2 w-full" loading={props.pending} data-testid={props.submitTestId}>
        {props.submitLabel}
      </Button>
      {props.footer}
    </form>
  );
}

interface AuthInputProps extends React.ComponentProps<"input"> {
  field: AuthField;
  newPassword?: boolean;
}

function AuthInput({ field, newPassword, ...props }: AuthInputProps) {
  if (field === "password") {
    return <PasswordInput autoComplete={newPassword ? "new-password" : "current-password"} {...props} />;
  }
  const autoComplete = { organization: "organization", name: "name", email: "username" }[field];
  return <Input type={field === "email" ? "email" : "text"} autoComplete={autoComplete} {...props} />;
}
