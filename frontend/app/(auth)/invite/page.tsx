"use client";

import { Link2Off } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { AuthForm } from "@/components/auth/auth-form";
import { Notice } from "@/components/ui/feedback";
import { useOpenSession } from "@/lib/session";

/**
 * The token of the invitation, which comes in the address's fragment: a browser never sends that to a server, so it
 * stays out of logs. It leaves the address bar at once, and with it the history. Undefined until the page has looked.
 */
function useInvitationToken(): string | null | undefined {
  const [token, setToken] = useState<string | null>();
  useEffect(() => {
    const read = () => {
      const found = new URLSearchParams(window.location.hash.slice(1)).get("token");
      if (found) window.history.replaceState(null, "", window.location.pathname);
      setToken((before) => found ?? before ?? null);
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return token;
}

export default function InvitePage() {
  const t = useTranslations("auth");
  const token = useInvitationToken();
  const session = useOpenSession("/auth/accept-invitation", "/");
  if (token === undefined) return null;
  if (token === null) return <Notice tone="warn" icon={<Link2Off aria-hidden />}>{t("noToken")}</Notice>;
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
