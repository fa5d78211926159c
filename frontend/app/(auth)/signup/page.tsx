"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { AuthForm } from "@/components/auth/auth-form";
import { useOpenSession } from "@/lib/session";

export default function SignupPage() {
  const t = useTranslations("auth");
  const session = useOpenSession("/auth/register", "/");
  return (
    <AuthForm
      title={t("signupTitle")}
      note={t("signupNote")}
      fields={["organization", "name", "email", "password"]}
      submitLabel={t("signup")}
      submitTestId="signup-submit"
      testPrefix="signup"
      newPassword
      pending={session.isPending}
      error={session.error}
      onSubmit={(values) => session.mutate(values)}
      footer={
        <p className="mt-2 text-center text-[0.93rem] text-ink-3">
          {t("hasAccount")}{" "}
          <Link href="/login" className="font-medium text-seal hover:underline">{t("login")}</Link>
        </p>
      }
    />
  );
}
