"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/feedback";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { Unready } from "@/components/ui/unready";
import { useCan } from "@/lib/session";
import { useQuota, useSetQuota } from "@/lib/settings";
import { QuotaGauge } from "./quota-gauge";

export function QuotaScreen() {
  const t = useTranslations("quota");
  const quota = useQuota();
  return (
    <>
      <PageHeader title={t("title")} note={t("note")} />
      <div className="grid max-w-4xl gap-5 md:grid-cols-2">
        <Card className="p-6">
          <Unready query={quota} skeleton={<Skeleton className="h-56" />} />
          {quota.data ? <QuotaGauge quota={quota.data} large /> : null}
        </Card>
        <Card className="pb-5">
          <CardHeader title={t("change")} note={t("hardStop")} />
          {quota.data ? <LimitForm key={quota.data.limit} limit={quota.data.limit} /> : quota.isError ? null : <Skeleton className="mx-5 mt-3 h-24" />}
        </Card>
      </div>
    </>
  );
}

function LimitForm({ limit }: { limit: number }) {
  const t = useTranslations();
  const { own } = useCan();
  const save = useSetQuota();
  const [text, setText] = useState(String(limit));
  const valid = /^\d{1,9}$/.test(text.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(Number(text), { onSuccess: () => toast.success(t("quota.saved")) });
  };
  return (
    <form onSubmit={submit} className="mt-3 grid gap-4 px-5">
      <Field label={t("quota.newLimit")} hint={own ? undefined : t("quota.changeNote")} error={valid ? undefined : t("quota.badLimit")}>
        <Input value={text} inputMode="numeric" disabled={!own} onChange={(event) => setText(event.target.value)} data-testid="quota-limit" />
      </Field>
      <Button type="submit" className="justify-self-end" disabled={!own || !valid || Number(text) === limit} loading={save.isPending} data-testid="quota-save">
        {t("common.save")}
      </Button>
    </form>
  );
}
