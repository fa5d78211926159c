"use client";

import { ChevronRight, MapPin } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslations } from "use-intl";
import { Skeleton } from "@/components/ui/feedback";
import { Unready } from "@/components/ui/unready";
import { useDistricts, type District } from "@/lib/contacts";
import { useFormat } from "@/lib/format";
import { cn } from "@/lib/utils";

interface DistrictTreeProps {
  value: string | null;
  onPick: (path: string) => void;
}

/** The administrative units that addresses name, opened level by level; any level can be chosen. */
export function DistrictTree({ value, onPick }: DistrictTreeProps) {
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-y-auto p-1" data-testid="district-tree">
      <Level parent="" value={value} onPick={onPick} depth={0} />
    </div>
  );
}

function Level({ parent, value, onPick, depth }: DistrictTreeProps & { parent: string; depth: number }) {
  const t = useTranslations("segments");
  const districts = useDistricts(parent);
  if (!districts.data) return <Unready query={districts} skeleton={<Skeleton className="m-2 h-6" />} className="px-3 py-4" />;
  if (districts.data.length === 0) return <p className="p-2.5 text-[0.87rem] text-ink-3" aria-live="polite">{t(districts.counting ? "countingDistricts" : "noDistricts")}</p>;
  const partly = depth === 0 ? districts.data.find(({ level }) => level !== "sido") : undefined;
  return (
    <ul role={depth === 0 ? "tree" : "group"} aria-label={depth === 0 ? t("district") : undefined}>
      {districts.data.map((district) => (
        <Fragment key={district.name}>
          {district === partly ? <li role="presentation" className="mt-1 border-t border-line px-2.5 pt-2.5 pb-1 text-[0.84rem] text-ink-3">{t("partDistricts")}</li> : null}
          <Unit district={district} path={parent ? `${parent} ${district.name}` : district.name} value={value} onPick={onPick} depth={depth} />
        </Fragment>
      ))}
    </ul>
  );
}

interface UnitProps extends DistrictTreeProps {
  district: District;
  path: string;
  depth: number;
}

function Unit({ district, path, value, onPick, depth }: UnitProps) {
  const t = useTranslations("segments");
  const format = useFormat();
  const [open, setOpen] = useState(Boolean(value?.startsWith(`${path} `)));
  const leaf = district.level === "eupmyeondong";
  const chosen = value === path;
  return (
    <li role="treeitem" aria-expanded={leaf ? undefined : open} aria-selected={chosen}>
      <div className={cn("flex items-center rounded-md", chosen ? "bg-seal-soft" : "hover:bg-hover")} style={{ paddingLeft: `${depth * 1.1}rem` }}>
        {leaf ? (
          <MapPin className="mx-2 size-4 shrink-0 text-ink-3" aria-hidden />
        ) : (
          <button type="button" onClick={() => setOpen(!open)} aria-label={t(open ? "closeUnit" : "openUnit", { name: district.name })} className="grid size-8 shrink-0 place-items-center rounded-md text-ink-3 hover:text-ink">
            <ChevronRight className={cn("size-4 transition-transform", open && "rotate-90")} aria-hidden />
          </button>
        )}
        <button type="button" onClick={() => onPick(path)} data-testid={`district-${path}`} className="flex min-w-0 flex-1 items-center justify-between gap-2 py-1.5 pr-2.5 text-left text-[0.93rem]">
          <span className="truncate">{district.name}</span>
          <span className="text-xs text-ink-3">{format.number(district.count)}</span>
        </button>
      </div>
      {open && !leaf ? <Level parent={path} value={value} onPick={onPick} depth={depth + 1} /> : null}
    </li>
  );
}
