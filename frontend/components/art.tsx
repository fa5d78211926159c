import type { ReactNode } from "react";

/** Small drawings for empty states, in the tokens' colours so that they follow light and dark. */
function Frame({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 200 140" aria-hidden className="h-36 w-auto" fill="none" strokeLinecap="round" strokeLinejoin="round">
      <ellipse cx="100" cy="122" rx="74" ry="9" className="fill-line/60" />
      {children}
    </svg>
  );
}

const sheet = "fill-raised stroke-line-strong";
const soft = "fill-seal-soft";
const faint = "stroke-line-strong";

export function ArtPeople() {
  return (
    <Frame>
      <rect x="30" y="30" width="92" height="62" rx="9" transform="rotate(-7 76 61)" className={sheet} strokeWidth="1.5" />
      <rect x="72" y="36" width="104" height="72" rx="10" className={sheet} strokeWidth="1.5" />
      <circle cx="98" cy="62" r="13" className={soft} />
      <circle cx="98" cy="58.5" r="4.6" className="fill-seal" />
      <path d="M89.5 70.5c1.6-4.4 4.8-6 8.5-6s6.900 1.600 8.5 6" className="stroke-seal" strokeWidth="3" />
      <path d="M120 56h40M120 66h27M86 88h74" className={faint} strokeWidth="4" />
      <circle cx="172" cy="36" r="15" className="fill-persimmon" />
      <path d="M172 29v14M165 36h14" stroke="white" strokeWidth="3" />
    </Frame>
  );
}

export function ArtSend() {
  return (
    <Frame>
      <path d="M22 104c26 8 40-16 30-26s-24 8-4 16 52-4 66-24" className="stroke-line-strong" strokeWidth="2" strokeDasharray="1 7" />
      <path d="M92 64 176 22l-24 84-26-24z" className={soft} />
      <path d="M92 64 176 22l-50 60z" className="fill-raised stroke-seal" strokeWidth="2" />
      <path d="M126 82 176 22l-24 84z" className="fill-seal" />
      <path d="m126 82-4 22 12-13" className="fill-persimmon" />
    </Frame>
  );
}

export function ArtFile() {
  return (
    <Frame>
      <path d="M60 22h56l28 28v62a8 8 0 0 1-8 8H60a8 8 0 0 1-8-8V30a8 8 0 0 1 8-8z" className={sheet} strokeWidth="1.5" />
      <path d="M116 22v20a8 8 0 0 0 8 8h20z" className={soft} />
      <path d="M68 64h60M68 78h60M68 92h38" className={faint} strokeWidth="4" />
      <path d="M92 56v44" className="stroke-line" strokeWidth="2" />
      <circle cx="146" cy="100" r="19" className="fill-seal" />
      <path d="M146 109V92m-8 7 8-8 8 8" className="stroke-seal-ink" strokeWidth="3.5" />
    </Frame>
  );
}

export function ArtSearch() {
  return (
    <Frame>
      <rect x="44" y="28" width="84" height="20" rx="7" className={sheet} strokeWidth="1.5" />
      <rect x="44" y="56" width="84" height="20" rx="7" className={sheet} strokeWidth="1.5" />
      <rect x="44" y="84" width="84" height="20" rx="7" className={sheet} strokeWidth="1.5" />
      <path d="M56 38h34M56 66h24M56 94h38" className={faint} strokeWidth="4" />
      <circle cx="128" cy="70" r="25" className="fill-seal-soft/80 stroke-seal" strokeWidth="4" />
      <path d="m147 89 17 17" className="stroke-seal" strokeWidth="7" />
      <path d="M119 66a10 10 0 0 1 9-7" className="stroke-seal" strokeWidth="3" />
    </Frame>
  );
}

export function ArtQuiet() {
  return (
    <Frame>
      <path d="M100 26c-20 0-31 14-31 32 0 25-11 32-11 38h84c0-6-11-13-11-38 0-18-11-32-31-32z" className={`${soft} stroke-seal`} strokeWidth="2" />
      <path d="M88 104a12 12 0 0 0 24 0" className="stroke-seal" strokeWidth="4" />
      <path d="M100 26v-7" className="stroke-seal" strokeWidth="4" />
      <path d="M58 32l84 78" className="stroke-raised" strokeWidth="10" />
      <path d="M58 32l84 78" className="stroke-persimmon" strokeWidth="4" />
    </Frame>
  );
}

export function ArtPhone() {
  return (
    <Frame>
      <rect x="66" y="14" width="68" height="106" rx="13" className={sheet} strokeWidth="2" />
      <path d="M92 22h16" className={faint} strokeWidth="3" />
      <path d="M76 38h34a7 7 0 0 1 7 7v10a7 7 0 0 1-7 7H84l-8 6z" className={soft} />
      <path d="M84 47h24M84 54h16" className="stroke-seal" strokeWidth="3" />
      <path d="M124 78H96a7 7 0 0 0-7 7v8a7 7 0 0 0 7 7h20l8 6z" className="fill-seal" />
      <path d="M97 86h18M97 93h11" className="stroke-seal-ink" strokeWidth="3" />
    </Frame>
  );
}
