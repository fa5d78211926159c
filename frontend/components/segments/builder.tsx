"use client";

import { FolderTree, Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { Select } from "@/components/ui/select";
import { LEAF_KINDS, newGroup, newLeaf, replaceNode, type GroupNode, type GroupOp, type SegmentNode } from "@/lib/segments";
import { cn } from "@/lib/utils";
import { LeafRow } from "./leaf-row";
import { LEAF_ICON } from "./leaf-icons";

const OPS: GroupOp[] = ["all", "any", "none"];
/** The API takes six levels; more than four cannot be read by anybody. */
const DEEPEST = 4;
const EDGE: Record<GroupOp, string> = { all: "border-l-seal", any: "border-l-persimmon", none: "border-l-ink-3" };

/** Groups of conditions inside groups, all by keyboard or finger. */
export function Builder({ root, onChange }: { root: GroupNode; onChange: (root: GroupNode) => void }) {
  const change = (id: string, next: (node: SegmentNode) => SegmentNode | null) => {
    if (id === root.id) return onChange(next(root) as GroupNode);
    onChange(replaceNode(root, id, next));
  };
  return <Group group={root} depth={1} onChange={change} />;
}

interface GroupProps {
  group: GroupNode;
  depth: number;
  onChange: (id: string, next: (node: SegmentNode) => SegmentNode | null) => void;
}

function Group({ group, depth, onChange }: GroupProps) {
  const t = useTranslations("segments");
  const append = (node: SegmentNode) =>
    onChange(group.id, (before) => ({ ...(before as GroupNode), children: [...(before as GroupNode).children, node] }));
  return (
    <section aria-label={t(`op.${group.op}`)} className={cn("grid gap-2.5 rounded-lg border border-l-4 border-line p-3 sm:p-4", EDGE[group.op], depth % 2 === 0 ? "bg-surface" : "bg-sunken/55")} data-testid="segment-group">
      <header className="flex items-center gap-2">
        <Select
          className="h-9 w-auto min-w-40 font-medium"
          value={group.op}
          onValueChange={(op) => onChange(group.id, (node) => ({ ...(node as GroupNode), op: op as GroupOp }))}
          options={OPS.map((op) => ({ value: op, label: t(`op.${op}`), hint: t(`opNote.${op}`) }))}
          aria-label={t("opLabel")}
          data-testid="group-op"
        />
        {depth > 1 ? (
          <Button variant="ghost" size="icon-sm" className="ml-auto" aria-label={t("removeGroup")} onClick={() => onChange(group.id, () => null)}>
            <X aria-hidden />
          </Button>
        ) : null}
      </header>
      {group.children.map((child) =>
        child.type === "group" ? (
          <Group key={child.id} group={child} depth={depth + 1} onChange={onChange} />
        ) : (
          <LeafRow key={child.id} leaf={child} onChange={(next) => onChange(child.id, () => next)} onRemove={() => onChange(child.id, () => null)} />
        ),
      )}
      {group.children.length === 0 ? <p className="px-1 text-[0.9rem] text-ink-3">{t("emptyGroup")}</p> : null}
      <AddButtons onAdd={append} mayNest={depth < DEEPEST} />
    </section>
  );
}

function AddButtons({ onAdd, mayNest }: { onAdd: (node: SegmentNode) => void; mayNest: boolean }) {
  const t = useTranslations("segments");
  return (
    <div className="flex flex-wrap gap-1.5">
      <Menu
        align="start"
        trigger={
          <Button variant="secondary" size="sm" data-testid="add-condition">
            <Plus aria-hidden />
            {t("addCondition")}
          </Button>
        }
      >
        {LEAF_KINDS.map((kind) => {
          const Icon = LEAF_ICON[kind];
          return (
            <MenuItem key={kind} onSelect={() => onAdd(newLeaf(kind))} data-testid={`add-${kind}`}>
              <Icon aria-hidden />
              {t(`kind.${kind}`)}
            </MenuItem>
          );
        })}
      </Menu>
      {mayNest ? (
        <Button variant="ghost" size="sm" onClick={() => onAdd(newGroup("any"))} data-testid="add-group">
          <FolderTree aria-hidden />
          {t("addGroup")}
        </Button>
      ) : null}
    </div>
  );
}
