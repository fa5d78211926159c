// Virtual phones: a list on the left, one phone on the right, both refreshed by polling.
// Texts come from strangers' campaigns, so everything is put in as text, never as markup.

import {
  clockFormat, codes, dayFormat, element, fate, icon, isBrand, isKakao, language, link, linked,
  prettyNumber, prettyTime, sameDay, tint, words,
} from './parts.js';

const $ = (id) => document.getElementById(id);
const app = document.querySelector('.app');
const POLL_MS = 1000;
const HIDDEN_POLL_MS = 5000;

const state = {
  phones: new Map(), // number → phone, the pages loaded so far
  next: null,
  version: null,
  query: '',
  selected: null,
  messages: new Map(), // seq → message of the selected phone
  older: null,
  threads: [],
  thread: null,
  seen: new Map(), // number → newest seq when the phone was last looked at
  started: null, // newest seq when the page was opened: what is newer is news
};

// ---- the list ----------------------------------------------------------------------------

function row(phone) {
  const node = element('li');
  const button = element('button', 'phone');
  button.type = 'button';
  button.addEventListener('click', () => { location.hash = phone.number; });
  node.append(button);
  fillRow(node, phone);
  return node;
}

function fillRow(node, phone) {
  const button = node.firstChild;
  const [kind] = fate(phone);
  const newest = state.seen.get(phone.number) ?? state.started ?? 0;
  const avatar = element('span', `avatar ${isKakao(phone.type) ? 'kakao' : ''}`, icon('person'));
  tint(avatar, phone.number);
  const number = element('strong', '', prettyNumber(phone.number));
  const time = element('time', '', prettyTime(phone.at));
  const mine = phone.direction === 'in' ? `${words.you}: ` : '';
  const preview = element('span', 'preview', mine + phone.preview.replace(/\s+/g, ' '));
  const mark = element('span', `mark-dot ${phone.direction === 'in' ? 'sent' : kind}`);
  button.replaceChildren(avatar, number, time, preview, mark);
  button.classList.toggle('news', phone.seq > newest && phone.number !== state.selected);
  button.setAttribute('aria-current', String(phone.number === state.selected));
  node.dataset.stamp = `${phone.seq}/${phone.code}`;
}

const rowOf = new Map();

function drawList() {
  const list = $('phones');
  const phones = [...state.phones.values()].sort((a, b) => b.seq - a.seq);
  const keep = new Set(phones.map((phone) => phone.number));
  for (const [number, node] of rowOf) {
    if (!keep.has(number)) { node.remove(); rowOf.delete(number); }
  }
  phones.forEach((phone, index) => {
    let node = rowOf.get(phone.number);
    if (!node) rowOf.set(phone.number, (node = row(phone)));
    else if (node.dataset.stamp !== `${phone.seq}/${phone.code}`) fillRow(node, phone);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  $('more').hidden = state.next === null;
  drawEmptyList(phones.length);
}

function drawEmptyList(count) {
  const empty = $('empty');
  empty.hidden = count > 0;
  empty.querySelector('strong').textContent = state.query ? words.nothing_found : words.phones_empty;
  empty.querySelector('p').textContent = state.query ? '' : words.phones_empty_hint;
}

/** Merge a fresh first page; when it does not touch what is loaded, start over from it. */
function takeFirstPage(page) {
  const oldest = page.phones.at(-1)?.seq ?? 0;
  const touches = [...state.phones.values()].some((phone) => phone.seq >= oldest);
  if (!touches || page.next === null) {
    state.phones.clear();
    state.next = page.next;
  }
  for (const phone of page.phones) state.phones.set(phone.number, phone);
  if (state.started === null) state.started = page.phones[0]?.seq ?? 0;
}

async function refreshList({ fresh = false } = {}) {
  const wanted = state.query;
  const query = new URLSearchParams({ q: wanted });
  if (!fresh && state.version !== null) query.set('version', state.version);
  const page = await call(`api/phones?${query}`);
  const changed = page.phones !== undefined && wanted === state.query;
  if (changed) {
    if (fresh) { state.phones.clear(); state.next = page.next; }
    state.version = page.version;
    takeFirstPage(page);
    $('total').textContent = `${page.total.toLocaleString(language)} ${words.phones}`;
    drawList();
  }
  return changed;
}

async function loadMore() {
  if (state.next === null || $('more').disabled) return;
  $('more').disabled = true;
  try {
    const page = await call(`api/phones?${new URLSearchParams({ q: state.query, before: state.next })}`);
    state.next = page.next;
    for (const phone of page.phones) {
      if (!state.phones.has(phone.number)) state.phones.set(phone.number, phone);
    }
    drawList();
  } finally {
    $('more').disabled = false;
  }
}

// ---- the phone ---------------------------------------------------------------------------

function bubble(message) {
  const node = element('article', `bubble ${message.direction}`);
  if (message.direction === 'in') {
    node.append(element('div', 'text', ...linked(message.text)));
    node.append(element('footer', '', element('time', '', clockFormat.format(new Date(message.at)))));
    return node;
  }
  const [kind, label] = fate(message);
  node.classList.add(kind);
  node.append(sender(message), isKakao(message.type) ? kakaoCard(message) : textBubble(message));
  const chip = element('span', `chip ${kind}`, label);
  const footer = element('footer', '', chip);
  if (kind === 'failed') footer.append(element('span', 'why', codes[message.code] ?? ''));
  footer.append(element('time', '', clockFormat.format(new Date(message.settled_at ?? message.at))));
  node.append(footer);
  return node;
}

function sender(message) {
  const thread = state.threads.find((each) => each.id === message.thread);
  const channel = isKakao(message.type) ? thread?.label || words.kakao : prettyNumber(message.peer);
  const kind = isBrand(message.type) ? words.kakao : isKakao(message.type) ? words.alimtalk.split(' ')[0] : message.type;
  return element('header', '', element('span', `kind ${isKakao(message.type) ? 'kakao' : ''}`, kind), channel);
}

/** The picture as it was uploaded; a plain field where there is none to show. */
function photo(message) {
  const picture = new Image();
  picture.className = 'photo';
  picture.alt = words.photo;
  picture.src = `api/phones/${state.selected}/messages/${message.seq}/picture`;
  picture.addEventListener('error', () => picture.replaceWith(element('span', 'photo', words.photo)));
  picture.addEventListener('load', () => {
    const box = $('bubbles');
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (below < picture.offsetHeight + 60) box.scrollTop = box.scrollHeight;
  });
  return picture;
}

function textBubble(message) {
  const node = element('div', 'text', element('span', 'web', words.web_sent));
  if (message.subject) node.append(element('strong', 'subject', message.subject));
  if (message.image) node.append(photo(message));
  node.append(...linked(message.text));
  return node;
}

function kakaoCard(message) {
  const title = isBrand(message.type) ? words.brand : words.alimtalk;
  const card = element('div', 'kakao-card', element('div', 'kakao-head', title));
  if (message.image) card.append(photo(message));
  card.append(element('div', 'kakao-body', ...linked(message.text)));
  for (const button of message.buttons) {
    const target = button.linkMo || button.linkPc || '';
    const node = /^https?:/.test(target) ? link(target, button.buttonName) : element('span', '', button.buttonName);
    node.classList.add('kakao-button');
    card.append(node);
  }
  return card;
}

const bubbleOf = new Map();

function drawConversation({ toEnd = false } = {}) {
  const box = $('bubbles');
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const messages = [...state.messages.values()].sort((a, b) => a.seq - b.seq);
  const news = messages.length > 0 && !bubbleOf.has(messages.at(-1).seq);
  const fromEnd = box.scrollHeight - box.scrollTop;
  const wasOlder = bubbleOf.size > 0 && messages.length > 0 && !bubbleOf.has(messages[0].seq);
  const nodes = [];
  let day = null;
  for (const message of messages) {
    const date = new Date(message.at);
    if (!day || !sameDay(day, date)) nodes.push(daySeparator((day = date)));
    nodes.push(bubbleNode(message));
  }
  box.replaceChildren($older, ...nodes);
  $older.hidden = state.older === null;
  if (toEnd || (news && atEnd)) box.scrollTop = box.scrollHeight;
  else if (wasOlder && !news) box.scrollTop = box.scrollHeight - fromEnd;
  $('jump').hidden = !(news && !atEnd && !toEnd);
}

function bubbleNode(message) {
  const known = bubbleOf.get(message.seq);
  if (known && known.dataset.code === message.code) return known;
  const node = bubble(message);
  node.dataset.code = message.code;
  if (!known && bubbleOf.size > 0) node.classList.add('arriving');
  bubbleOf.set(message.seq, node);
  return node;
}

function daySeparator(date) {
  const today = sameDay(date, new Date());
  return element('div', 'day', today ? `${words.today} · ${dayFormat.format(date)}` : dayFormat.format(date));
}

const currentThread = () => state.threads.find((each) => each.id === state.thread);

function threadName(thread) {
  const peer = /^\d+$/.test(thread.peer) ? prettyNumber(thread.peer) : words.kakao;
  return thread.label ? `${thread.label} · ${peer}` : peer;
}

function drawThreads() {
  if (!currentThread()) state.thread = state.threads[0]?.id ?? null;
  const options = state.threads.map((thread) => new Option(threadName(thread), thread.id));
  $('thread').replaceChildren(...options);
  $('thread').value = state.thread ?? '';
  const thread = currentThread();
  $('target').hidden = state.threads.length < 2;
  $('whose').textContent = thread ? threadName(thread) : '';
  $('note').hidden = !thread || thread.answerable;
  $('note').textContent = words.no_reply_hook;
  $('composer').hidden = $('opt-out').hidden = !thread;
  $('opt-out').classList.toggle('done', Boolean(thread?.opted_out));
  $('opt-out').querySelector('span').textContent = thread?.opted_out ? words.opt_out_undo : words.opt_out;
  $('opt-out').title = thread?.opted_out ? words.opt_out_done : words.opt_out_ask;
}

async function refreshConversation(options) {
  const number = state.selected;
  const page = await call(`api/phones/${number}/messages`);
  if (number !== state.selected) return;
  const first = state.messages.size === 0;
  if (first) state.older = page.next;
  for (const message of page.messages) state.messages.set(message.seq, message);
  state.seen.set(number, page.messages.at(-1)?.seq ?? 0);
  state.threads = page.threads;
  drawThreads();
  drawConversation({ toEnd: first, ...options });
}

async function loadOlder() {
  const page = await call(`api/phones/${state.selected}/messages?before=${state.older}`);
  state.older = page.next;
  for (const message of page.messages) state.messages.set(message.seq, message);
  drawConversation();
}

async function select(number) {
  state.selected = number || null;
  state.messages.clear();
  bubbleOf.clear();
  state.thread = null;
  app.dataset.view = number ? 'phone' : 'list';
  $('conversation').hidden = !number;
  $('blank').hidden = Boolean(number);
  for (const [each, node] of rowOf) {
    node.firstChild.setAttribute('aria-current', String(each === number));
    if (each === number) node.firstChild.classList.remove('news');
  }
  if (!number) return;
  $('number').textContent = prettyNumber(number);
  tint($('avatar'), number);
  await refreshConversation();
}

async function act(method, path, body) {
  try {
    await call(`api/phones/${state.selected}/${path}`, { method, body });
    await refreshConversation({ toEnd: true });
    await refreshList();
  } catch {
    $('note').hidden = false;
    $('note').textContent = words.failed_action;
  }
}

// ---- talking to the simulator ------------------------------------------------------------

async function call(path, { method = 'GET', body } = {}) {
  const headers = body ? { 'Content-Type': 'application/json' } : {};
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(String(response.status));
  return response.status === 204 || response.status === 201 ? null : response.json();
}

async function poll() {
  try {
    if (await refreshList() && state.selected) await refreshConversation();
    $('offline').hidden = true;
  } catch {
    $('offline').hidden = false;
  }
  $('clock').textContent = clockFormat.format(new Date()).replace(/[^\d:]/g, '');
  setTimeout(poll, document.hidden ? HIDDEN_POLL_MS : POLL_MS);
}

// ---- start -------------------------------------------------------------------------------

const $older = $('older');
const fromHash = () => select(/^#\d{3,15}$/.test(location.hash) ? location.hash.slice(1) : null);

$('search').addEventListener('input', () => {
  state.query = $('search').value;
  refreshList({ fresh: true }).catch(() => {});
});
$('more').addEventListener('click', () => loadMore().catch(() => {}));
$older.addEventListener('click', () => loadOlder().catch(() => {}));
$('jump').addEventListener('click', () => drawConversation({ toEnd: true }));
$('back').addEventListener('click', () => { history.replaceState(null, '', location.pathname + location.search); fromHash(); });
$('thread').addEventListener('change', () => { state.thread = $('thread').value; drawThreads(); });
$('reply').addEventListener('input', () => { $('composer').querySelector('.send').disabled = !$('reply').value.trim(); });
$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('reply').value.trim();
  if (!text || !state.thread) return;
  $('reply').value = '';
  $('composer').querySelector('.send').disabled = true;
  act('POST', 'replies', { thread: state.thread, text });
});
$('opt-out').addEventListener('click', () => {
  act(currentThread()?.opted_out ? 'DELETE' : 'POST', 'opt-out', { thread: state.thread });
});
$('help-open').addEventListener('click', () => $('help').showModal());
$('help').addEventListener('click', (event) => { if (event.target === $('help')) $('help').close(); });
$('language').href = language === 'en' ? './' : '?lang=en';
for (let suffix = 9001; suffix <= 9012; suffix += 1) {
  $('magic').append(element('dt', '', `…${suffix}`), element('dd', '', words[`magic_${suffix}`]));
}
new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting)) loadMore().catch(() => {});
}, { root: $('rows'), rootMargin: '400px' }).observe($('more'));
addEventListener('hashchange', () => fromHash().catch(() => {}));
fromHash().catch(() => {});
poll();
