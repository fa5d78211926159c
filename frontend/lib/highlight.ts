export interface Piece {
  text: string;
  hit: boolean;
}

function split(text: string, start: number, end: number): Piece[] {
  return [
    { text: text.slice(0, start), hit: false },
    { text: text.slice(start, end), hit: true },
    { text: text.slice(end), hit: false },
  ].filter((piece) => piece.text);
}

/** Marks the digits of a query inside a phone number, whatever the hyphens. */
function markDigits(text: string, digits: string): Piece[] | null {
  const places: number[] = [];
  let plain = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (!/\d/.test(character)) continue;
    places.push(index);
    plain += character;
  }
  const at = plain.lastIndexOf(digits);
  return at < 0 ? null : split(text, places[at]!, places[at + digits.length - 1]! + 1);
}

/** Cuts a text into pieces, marking where it matches the query. */
export function highlight(text: string, query: string): Piece[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return [{ text, hit: false }];
  const at = text.toLowerCase().indexOf(wanted);
  if (at >= 0) return split(text, at, at + wanted.length);
  const digits = wanted.replace(/\D/g, "");
  const marked = digits.length >= 2 ? markDigits(text, digits) : null;
  return marked ?? [{ text, hit: false }];
}
