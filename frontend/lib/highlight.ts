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

const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const SYLLABLES_PER_INITIAL = 588;

/** The initial consonant of a syllable, anything else as it is; the length stays. */
function initialsOf(text: string): string {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return character;
    return INITIALS.charAt(Math.floor((code - FIRST_SYLLABLE) / SYLLABLES_PER_INITIAL));
  }).join("");
}

function markWord(text: string, word: string): Piece[] | null {
  const at = text.toLowerCase().indexOf(word);
  if (at >= 0) return split(text, at, at + word.length);
  if (/^[ㄱ-ㅎ]+$/.test(word)) {
    const start = initialsOf(text).indexOf(word);
    return start < 0 ? null : split(text, start, start + word.length);
  }
  const digits = word.replace(/\D/g, "");
  return digits.length >= 2 && digits.length >= word.length / 2 ? markDigits(text, digits) : null;
}

/** Cuts a text into pieces, marking where it matches the query: whole, or each of its words. */
export function highlight(text: string, query: string): Piece[] {
  const wanted = query.trim().toLowerCase();
  const whole: Piece[] = [{ text, hit: false }];
  if (!wanted) return whole;
  const found = markWord(text, wanted);
  if (found) return found;
  return wanted.split(/\s+/).reduce<Piece[]>(
    (pieces, word) => pieces.flatMap((piece) => (piece.hit ? [piece] : (markWord(piece.text, word) ?? [piece]))),
    whole,
  );
}
