const KEY = "hanpyo-selection";

/** Hands the chosen contacts to the campaign wizard; ids only, and only for this tab. */
export function keepSelection(ids: string[]): void {
  sessionStorage.setItem(KEY, JSON.stringify(ids));
}

export function takeSelection(): string[] | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text ? (JSON.parse(text) as string[]) : null;
}
