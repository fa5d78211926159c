"use client";

import { Link2Off } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { useTranslations } from "use-intl";
import { AuthForm } from "@/components/auth/auth-form";
import { Notice } from "@/components/ui/feedback";
import { useOpenSession } from "@/lib/session";

export default function InvitePage() {
  return (
    <Suspense>
      <Invite />
    </Suspense>
  );
}

function Invite() {
  const t = useTranslations("auth");
  const token = useSearchParams().get("token");
  const session = useOpenSession("/auth/accept-invitation", "/");
  if (!token) return <Notice tone="warn" icon={<Link2Off aria-hidden />}>{t("noToken")}</Notice>;
  return (
    <AuthForm
      title={t("inviteTitle")}
      note={t("inviteNote")}
      fields={["name", "password"]}
      submitLabel={t("accept")}
      submitTestId="invite-submit"
      testPrefix="invite"
      newPassword
      pending={session.isPending}
      error={session.error}
      onSubmit={(values) => session.mutate({ ...values, token })}
    />
  );
}
