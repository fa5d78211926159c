import { CalendarPlus, CalendarClock, CircleCheck, FileUp, MapPin, MousePointerClick, RadioTower, Reply, Rows3, Search, Tag, type LucideIcon } from "lucide-react";
import type { LeafKind } from "@/lib/segments";

export const LEAF_ICON: Record<LeafKind, LucideIcon> = {
  tag: Tag, district: MapPin, import: FileUp, created: CalendarPlus, contacted: CalendarClock, reachable: RadioTower,
  delivered: CircleCheck, clicked: MousePointerClick, replied: Reply, custom: Rows3, q: Search,
};
