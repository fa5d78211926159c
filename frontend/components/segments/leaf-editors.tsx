"use client";

import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { OUTCOMES, REACHES } from "@/components/contacts/filter-bar";
import { Skeleton } from "@/components/ui/feedback";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { Select, type Option } from "@/components/ui/select";
import { Unready } from "@/components/ui/unready";
import { useTags } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { useCustomFields } from "@/lib/imports";
import { useCan } from "@/lib/session";
import { EVER, isEver, type LeafNode } from "@/lib/segments";
import type { ImportOutcome } from "@/lib/types";
import { cn } from "@/lib/utils";
import { DistrictTree } from "./district-picker";
import { useNames } from "./sentence";

interface EditorProps {
  leaf: LeafNode;
  onChange: (leaf: LeafNode) => void;
}

export function LeafEditor(props: EditorProps) {
  switch (props.leaf.kind) {
    case "tag":
      return <TagLeaf {...props} />;
    case "district":
      return <DistrictLeaf {...props} />;
    case "import":
      return <ImportLeaf {...props} />;
    case "created":
    case "contacted":
      return <RangeLeaf {...props} />;
    case "reachable":
      return <ReachLeaf {...props} />;
    case "delivered":
    case "clicked":
    case "replied":
      return <CampaignLeaf {...props} />;
    case "custom":
      return <CustomLeaf {...props} />;
    case "q":
      return <TextLeaf {...props} />;
  }
}

const control = "h-9 w-full sm:w-auto sm:min-w-48 sm:flex-1";

function TagLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("segments");
  const format = useFormat();
  const query = useTags();
  const tags = [...(query.data ?? [])].sort((a, b) => b.count - a.count);
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const shown = tags.filter(({ tag }) => tag.toLowerCase().includes(text.trim().toLowerCase())).slice(0, 100);
  const pick = (value: string) => {
    onChange({ ...leaf, value });
    setOpen(false);
  };
  return (
    <Popover label={t("kind.tag")} open={open} onOpenChange={setOpen} trigger={<PickButton value={leaf.value} placeholder={t("pickTag")} testId="leaf-tag-open" />}>
      <input value={text} onChange={(event) => setText(event.target.value)} placeholder={t("findTag")} aria-label={t("findTag")} className="h-10 border-b border-line bg-transparent px-3.5 text-[0.93rem] outline-none" />
      <Unready query={query} rows={3} className="px-4 py-4" />
      <ul className="scroll-thin min-h-0 flex-1 overflow-y-auto p-1">
        {shown.map(({ tag, count }) => (
          <li key={tag}>
            <button type="button" onClick={() => pick(tag)} data-testid={`leaf-tag-${tag}`} className={cn("flex w-full items-center justify-between gap-3 rounded-md px-2.5 py-2 text-left text-[0.93rem] hover:bg-hover", tag === leaf.value && "bg-seal-soft")}>
              <span className="truncate">{tag}</span>
              <span className="text-xs text-ink-3">{format.number(count)}</span>
            </button>
          </li>
        ))}
        {query.data && shown.length === 0 ? <li className="px-2.5 py-3 text-[0.87rem] text-ink-3">{t("noTag")}</li> : null}
      </ul>
    </Popover>
  );
}

function PickButton({ value, placeholder, testId, ...props }: { value: string; placeholder: string; testId: string } & React.ComponentProps<"button">) {
  return (
    <button
      type="button"
      data-testid={testId}
      className={cn("flex items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 text-left text-[0.95rem] shadow-1 hover:border-ink-3/50", control)}
      {...props}
    >
      <span className={cn("truncate", !value && "text-ink-3")}>{value || placeholder}</span>
      <ChevronDown className="size-4 shrink-0 text-ink-3" aria-hidden />
    </button>
  );
}

function DistrictLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("segments");
  const [open, setOpen] = useState(false);
  return (
    <Popover label={t("kind.district")} open={open} onOpenChange={setOpen} trigger={<PickButton value={leaf.value} placeholder={t("pickDistrict")} testId="leaf-district-open" />}>
      <DistrictTree
        value={leaf.value || null}
        onPick={(value) => {
          onChange({ ...leaf, value });
          setOpen(false);
        }}
      />
    </Popover>
  );
}

function ImportLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations();
  const { imports, importQuery } = useNames();
  if (!importQuery.data) return <Unready query={importQuery} skeleton={<Skeleton className="h-9 w-48" />} className="py-3" />;
  const outcomes: Option[] = [{ value: "any", label: t("outcome.any") }, ...OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))];
  return (
    <>
      <Select className={control} value={leaf.value} onValueChange={(value) => onChange({ ...leaf, value })} placeholder={t("segments.pickImport")} aria-label={t("segments.pickImport")} options={imports.map((item) => ({ value: item.id, label: item.file_name }))} />
      <Select
        className="h-9 w-full sm:w-40"
        value={leaf.outcome ?? "any"}
        onValueChange={(value) => onChange({ ...leaf, outcome: value === "any" ? null : (value as ImportOutcome) })}
        aria-label={t("segments.outcome")}
        options={outcomes}
      />
    </>
  );
}

const LAST_DAYS = [7, 30, 90] as const;
const seoulDay = (time: number): string => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(time);
const DAY_MS = 86_400_000;

function RangeLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("segments");
  const ever = isEver(leaf.range);
  const range = ever ? {} : (leaf.range ?? {});
  const set = (part: typeof range) => onChange({ ...leaf, range: { ...range, ...part } });
  return (
    <>
      <span className="flex min-w-0 basis-full items-center gap-1.5 sm:flex-1 sm:basis-72">
        <Input type="date" className="h-9 min-w-0 px-2 text-[0.87rem]" value={range.from ?? ""} max={range.to} onChange={(event) => set({ from: event.target.value })} aria-label={t("from")} data-testid="leaf-from" />
        <span className="text-ink-3">–</span>
        <Input type="date" className="h-9 min-w-0 px-2 text-[0.87rem]" value={range.to ?? ""} min={range.from} onChange={(event) => set({ to: event.target.value })} aria-label={t("to")} data-testid="leaf-to" />
      </span>
      <span className="flex flex-wrap gap-1">
        {leaf.kind === "contacted" ? (
          <button type="button" aria-pressed={ever} onClick={() => onChange({ ...leaf, range: { from: EVER } })} className={cn("h-8 rounded-md px-2 text-[0.82rem]", ever ? "bg-seal text-seal-ink" : "bg-sunken text-ink-2 hover:bg-hover")} data-testid="leaf-ever">
            {t(leaf.negated ? "never" : "ever")}
          </button>
        ) : null}
        {LAST_DAYS.map((days) => (
          <button key={days} type="button" onClick={() => onChange({ ...leaf, range: { from: seoulDay(Date.now() - (days - 1) * DAY_MS) } })} className="h-8 rounded-md bg-sunken px-2 text-[0.82rem] text-ink-2 hover:bg-hover">
            {t("lastDays", { days })}
          </button>
        ))}
      </span>
    </>
  );
}

function ReachLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("reach");
  return <Select className={control} value={leaf.value} onValueChange={(value) => onChange({ ...leaf, value })} aria-label={t("title")} options={REACHES.map((value) => ({ value, label: t(value) }))} />;
}

function CampaignLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("segments");
  const { campaigns, campaignQuery } = useNames();
  if (!campaignQuery.data) return <Unready query={campaignQuery} skeleton={<Skeleton className="h-9 w-48" />} className="py-3" />;
  const sent = campaigns.filter((campaign) => campaign.launched_at);
  if (sent.length === 0) return <span className="text-[0.9rem] text-ink-3">{t("noCampaigns")}</span>;
  return <Select className={control} value={leaf.value} onValueChange={(value) => onChange({ ...leaf, value })} placeholder={t("pickCampaign")} aria-label={t("pickCampaign")} options={sent.map((campaign) => ({ value: campaign.id, label: campaign.name }))} />;
}

function CustomLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("segments");
  const { seeSensitive } = useCan();
  const known = (useCustomFields().data ?? []).filter((field) => seeSensitive || !field.sensitive);
  const listId = useId();
  const custom = leaf.custom ?? { op: "equals", text: "" };
  return (
    <>
      <Input className={cn(control, "sm:min-w-32")} list={listId} value={leaf.value} onChange={(event) => onChange({ ...leaf, value: event.target.value })} placeholder={t("pickField")} aria-label={t("pickField")} data-testid="leaf-custom-label" />
      <datalist id={listId}>{known.map((field) => <option key={field.id} value={field.label} />)}</datalist>
      <Select
        className="h-9 w-32"
        value={custom.op}
        onValueChange={(op) => onChange({ ...leaf, custom: { ...custom, op: op as "equals" | "exists" } })}
        aria-label={t("fieldOp")}
        options={[{ value: "equals", label: t("equals") }, { value: "exists", label: t("exists") }]}
      />
      {custom.op === "equals" ? (
        <Input className="h-9 min-w-28 flex-1" value={custom.text} onChange={(event) => onChange({ ...leaf, custom: { ...custom, text: event.target.value } })} placeholder={t("fieldValue")} aria-label={t("fieldValue")} data-testid="leaf-custom-text" />
      ) : null}
    </>
  );
}

function TextLeaf({ leaf, onChange }: EditorProps) {
  const t = useTranslations("segments");
  return <Input className={control} value={leaf.value} onChange={(event) => onChange({ ...leaf, value: event.target.value })} placeholder={t("freeText")} aria-label={t("kind.q")} data-testid="leaf-q" />;
}
