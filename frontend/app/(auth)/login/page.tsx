"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { useTranslations } from "use-intl";
import { AuthForm } from "@/components/auth/auth-form";
import { safeNext, useOpenSession } from "@/lib/session";

export default function LoginPage() {
  return (
    <Suspense>
      <Login />
    </Suspense>
  );
}

function Login() {
  const t = useTranslations("auth");
  const session = useOpenSession("/auth/login", safeNext(useSearchParams().get("next")));
  return (
    <AuthForm
      title={t("loginTitle")}
      note={t("loginNote")}
      fields={["email", "password"]}
      submitLabel={t("login")}
      submitTestId="login-submit"
      testPrefix="login"
      pending={session.isPending}
      error={session.error}
      onSubmit={(values) => session.mutate(values)}
      footer={
        <p className="mt-2 text-center text-[0.93rem] text-ink-3">
          {t("noAccount")}{" "}
          <Link href="/signup" className="font-medium text-seal hover:underline">{t("signup")}</Link>
        </p>
      }
    />
  );
}
