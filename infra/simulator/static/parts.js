// Words, numbers and small building blocks of the virtual phones.

export const { words, codes, language } = JSON.parse(document.getElementById('data').textContent);
const PENDING = new Set(['2000', '3000']);

// ---- words and numbers -------------------------------------------------------------------

export const clockFormat = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
export const dayFormat = new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', weekday: 'short' });
const shortDay = new Intl.DateTimeFormat(language, { month: 'numeric', day: 'numeric' });
export const sameDay = (a, b) => a.toDateString() === b.toDateString();

export function prettyNumber(number) {
  const digits = number.replace(/\D/g, '');
  if (digits !== number) return number;
  if (/^1\d{7}$/.test(digits)) return digits.replace(/(\d{4})(\d{4})/, '$1-$2');
  return digits.replace(/^(02|0\d{2})(\d{3,4})(\d{4})$/, '$1-$2-$3');
}

export function prettyTime(iso) {
  const date = new Date(iso);
  return sameDay(date, new Date()) ? clockFormat.format(date) : shortDay.format(date);
}

export function fate(message) {
  if (message.code === '4000') return ['delivered', words.delivered];
  if (PENDING.has(message.code)) return ['pending', words.pending];
  const refused = message.code.startsWith('1');
  return ['failed', `${refused ? words.refused : words.failed} ${message.code}`];
}

export const isKakao = (type) => /^(ATA|CTA|CTI|BMS_)/.test(type);
export const isBrand = (type) => type.startsWith('BMS_');

// ---- building elements -------------------------------------------------------------------

export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function link(href, ...children) {
  const node = element('a', '', ...children);
  node.href = href;
  node.target = '_blank';
  node.rel = 'noopener noreferrer';
  return node;
}

/** Text with its web addresses as links; trailing punctuation stays outside. */
export function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"'一-龥가-힣]+/g)) {
    const address = match[0].replace(/[.,!?)\]]+$/, '');
    nodes.push(text.slice(end, match.index), link(address, address));
    end = match.index + address.length;
  }
  return [...nodes, text.slice(end)];
}

/** Give a phone's picture a colour of its own, the same each time. */
export function tint(avatar, number) {
  avatar.style.setProperty('--hue', String((Number(number.slice(-6)) * 47) % 360));
}
