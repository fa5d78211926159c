/**
 * What a Korean text message can hold. Carriers count bytes of CP949 (ASCII 1, every other character 2) and refuse
 * what CP949 does not know. The server decides; this is the same rule, fast enough to run at every key stroke.
 */
export const SMS_LIMIT = 90;
export const LMS_LIMIT = 2000;
export const SUBJECT_LIMIT = 40;
export const ALIMTALK_LIMIT = 1000;
export const BRAND_LIMIT = 1300;
/** In a wide bubble. */
export const WIDE_LIMIT = 76;
export const BRAND_BREAKS = 99;
export const WIDE_BREAKS = 1;

let known: Set<string> | null = null;

/** Every two-byte character of CP949: the browser's "euc-kr" decoder is CP949 (WHATWG Encoding, §11.1). */
function twoByteCharacters(): Set<string> {
  if (known) return known;
  const bytes: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x41; trail <= 0xfe; trail += 1) bytes.push(lead, trail, 0x0a);
  }
  const lines = new TextDecoder("euc-kr").decode(Uint8Array.from(bytes)).split("\n");
  known = new Set(lines.filter((line) => line.length === 1 && line !== "\ufffd"));
  return known;
}

/** Lookalikes from pastes that the server replaces by what a phone can show. */
const REPLACED: Record<string, string> = {
  "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufe0f": "",
  "\ufeff": "", "\u2022": "·", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u20a9": "￦", "\r": "",
};
const REPLACEABLE = new RegExp(`[${Object.keys(REPLACED).join("")}]`, "g");

export function sanitize(text: string): string {
  return text.normalize("NFC").replace(REPLACEABLE, (character) => REPLACED[character] ?? character);
}

function isSendable(character: string): boolean {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return code === 0x0a || (code >= 0x20 && code !== 0x7f);
  // CP949 holds the soft hyphen, but it is a format character and carriers refuse it.
  return character !== "\u00ad" && twoByteCharacters().has(character);
}

export interface Measure {
  bytes: number;
  /** Characters that cannot be sent, each once, as a reader sees them (an emoji family is one). */
  unsendable: string[];
}

/** Counts a text as a carrier would. An unsendable character counts 2. */
export function measure(text: string): Measure {
  let bytes = 0;
  for (const character of sanitize(text)) bytes += character.codePointAt(0)! < 0x80 ? 1 : 2;
  return { bytes, unsendable: [...new Set(graphemes(text).filter((piece) => !isSendableText(piece)))] };
}

export function removeUnsendable(text: string): string {
  return graphemes(text).filter(isSendableText).join("");
}

function isSendableText(piece: string): boolean {
  return [...sanitize(piece)].every(isSendable);
}

function graphemes(text: string): string[] {
  const segmenter = new Intl.Segmenter("ko", { granularity: "grapheme" });
  // A Windows line end is one grapheme, and both its halves are fine.
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
