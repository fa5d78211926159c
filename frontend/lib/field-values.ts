import { diffChars } from "diff";
import { useTranslations } from "use-intl";

export interface DiffPiece {
  text: string;
  /** This stretch is not in the other value. */
  differs: boolean;
}

/** Longer texts are compared as wholes: a note's every second letter marked helps nobody. */
const MAX_DIFF = 120;

/** Both values cut where they differ, to the character. */
export function differences(left: string, right: string): { left: DiffPiece[]; right: DiffPiece[] } {
  if (left.length > MAX_DIFF || right.length > MAX_DIFF) {
    return { left: [{ text: left, differs: left !== right }], right: [{ text: right, differs: left !== right }] };
  }
  const changes = diffChars(left, right);
  return {
    left: changes.filter((change) => !change.added).map((change) => ({ text: change.value, differs: change.removed })),
    right: changes.filter((change) => !change.removed).map((change) => ({ text: change.value, differs: change.added })),
  };
}

/** A field's value as one or more texts; nothing for an empty one. */
export function valueTexts(value: unknown): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.flatMap(valueTexts);
  if (typeof value === "object") return Object.entries(value).map(([label, text]) => `${label}: ${String(text)}`);
  return [String(value)];
}

/** What a contact's field is called; a custom field by its own label. */
export function useFieldLabel(): (field: string) => string {
  const t = useTranslations("contactField");
  return (field) => {
    if (field.startsWith("custom:")) return field.slice("custom:".length);
    return t.has(field as "name") ? t(field as "name") : field;
  };
}
