import type { Meta, Page, Tokens } from "./types";

/**
 * The one door to the HTTP API. It keeps the access token in memory only, renews it once through the HttpOnly refresh
 * cookie when it is missing or has expired, and turns every error envelope into an `ApiError` whose message the server
 * has already written in the user's language.
 */
const BASE = "/api/v1";
const PATIENCE_MS = 20_000;

export interface ErrorDetail {
  field?: string;
  rule?: string;
  article?: string;
  message: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ErrorDetail[] = [],
    readonly requestId?: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The server's answer to what was asked: asking again would bring the same. */
export const isRefusal = (error: Error | null): boolean => error instanceof ApiError && error.status >= 400 && error.status < 500;

/** What to tell of an error: its first detail says more than "the input is wrong". */
export const sentenceOf = (error: Error): string => (error instanceof ApiError && error.details[0]?.message) || error.message;

export interface RequestOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Calls that make a session (login, register, …) must not try to renew one. */
  anonymous?: boolean;
  /** The answer is taken even when the page is left meanwhile. */
  outlivesPage?: boolean;
}
type QueryValue = string | number | boolean | string[] | null | undefined;

let accessToken: string | null = null;
let renewal: Promise<ApiError | null> | null = null;
let language = "ko";
let networkMessage = "";
let onSignedOut: () => void = () => {};

export function setLanguage(locale: string, offlineMessage: string): void {
  language = locale;
  networkMessage = offlineMessage;
}
export function setTokens(tokens: Tokens | null): void {
  accessToken = tokens?.access_token ?? null;
}
export function setSignedOutHandler(handler: () => void): void {
  onSignedOut = handler;
}

function buildUrl(path: string, query?: Record<string, QueryValue>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(key, String(one));
  }
  const text = params.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

function headersFor(options: RequestOptions): Headers {
  const headers = new Headers({ Accept: "application/json", "Accept-Language": language });
  if (accessToken && !options.anonymous) headers.set("Authorization", `Bearer ${accessToken}`);
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  if (options.idempotencyKey) headers.set("Idempotency-Key", options.idempotencyKey);
  return headers;
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  try {
    return await fetch(buildUrl(path, options.query), {
      method,
      headers: headersFor(options),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: "same-origin",
      keepalive: options.outlivesPage,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "NETWORK", networkMessage);
  }
}

/** Reads an error envelope; anything else (a proxy's HTML page) becomes a plain message. */
export function errorFrom(status: number, text: string): ApiError {
  try {
    const { error, meta } = JSON.parse(text) as {
      error: { code: string; message: string; details?: ErrorDetail[] };
      meta?: Meta;
    };
    return new ApiError(status, error.code, error.message, error.details ?? [], meta?.request_id);
  } catch {
    return new ApiError(status, "UNREADABLE", `${networkMessage} (HTTP ${status})`);
  }
}

/** Null when the session was renewed, otherwise the server's refusal. */
async function renewOnce(): Promise<ApiError | null> {
  // A refresh token works once: if the next one's cookie were lost with the page, the session would be too.
  const response = await send("POST", "/auth/refresh", { anonymous: true, body: {}, outlivesPage: true });
  if (!response.ok) {
    const error = errorFrom(response.status, await response.text());
    // A gateway that is still starting answers 502: that is no reason to sign the user out.
    if (response.status >= 500) throw error;
    return error;
  }
  const { data } = (await response.json()) as { data: Tokens };
  setTokens(data);
  return null;
}

/** Refresh tokens rotate and reuse ends the session, so tabs of one browser take turns where the browser can. */
function renewInTurn(): Promise<ApiError | null> {
  if (typeof navigator !== "undefined" && navigator.locks) {
    return navigator.locks.request("hanpyo-refresh", renewOnce) as Promise<ApiError | null>;
  }
  return renewOnce();
}

/** Renews the access token; calls made meanwhile share the one request. Throws when the session is over. */
async function renewSession(): Promise<void> {
  renewal ??= renewInTurn().finally(() => {
    renewal = null;
  });
  const refusal = await renewal;
  if (refusal) throw signedOut(refusal);
}

function signedOut(error: ApiError): ApiError {
  setTokens(null);
  onSignedOut();
  return error;
}

async function authorised(method: string, path: string, options: RequestOptions): Promise<Response> {
  if (options.anonymous) return send(method, path, options);
  if (!accessToken) await renewSession();
  const response = await send(method, path, options);
  if (response.status !== 401) return response;
  await renewSession();
  const again = await send(method, path, options);
  if (again.status === 401) throw signedOut(errorFrom(401, await again.text()));
  return again;
}

/** A network that went away without a word answers never: a reading ends, so that the screen can say so. */
async function withinPatience<T>(asked: AbortSignal | undefined, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const stop = () => own.abort();
  asked?.addEventListener("abort", stop);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ApiError(0, "NETWORK", networkMessage));
      stop();
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([read(own.signal), late]);
  } finally {
    clearTimeout(timer);
    asked?.removeEventListener("abort", stop);
  }
}

function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<{ data: T; meta: Meta }> {
  if (method !== "GET") return ask<T>(method, path, options);
  return withinPatience(options.signal, (signal) => ask<T>(method, path, { ...options, signal }));
}

async function ask<T>(method: string, path: string, options: RequestOptions): Promise<{ data: T; meta: Meta }> {
  const response = await authorised(method, path, options);
  const text = await response.text();
  if (!response.ok) throw errorFrom(response.status, text);
  if (!text) return { data: undefined as T, meta: {} };
  const { data, meta } = JSON.parse(text) as { data: T; meta?: Meta };
  return { data, meta: meta ?? {} };
}

async function data<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  return (await request<T>(method, path, options)).data;
}

async function page<T>(path: string, options?: RequestOptions): Promise<Page<T>> {
  const { data: body, meta } = await request<T[] | { items: T[] }>("GET", path, options);
  return {
    items: Array.isArray(body) ? body : body.items,
    nextCursor: meta.next_cursor ?? null,
    total: meta.total,
  };
}

async function blob(path: string): Promise<Blob> {
  const response = await authorised("GET", path, {});
  if (!response.ok) throw errorFrom(response.status, await response.text());
  return response.blob();
}

export interface UploadOptions {
  form: FormData;
  idempotencyKey: string;
  onProgress: (sentBytes: number, totalBytes: number) => void;
  signal?: AbortSignal;
}

/** One multipart attempt. `fetch` cannot report sent bytes, so uploads go through XMLHttpRequest. */
function uploadOnce(path: string, options: UploadOptions): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", `${BASE}${path}`);
    headersFor({ idempotencyKey: options.idempotencyKey }).forEach((value, key) => xhr.setRequestHeader(key, value));
    xhr.upload.onprogress = (event) => options.onProgress(event.loaded, event.total);
    xhr.onload = () => resolve({ status: xhr.status, text: xhr.responseText });
    xhr.onerror = () => reject(new ApiError(0, "NETWORK", networkMessage));
    xhr.onabort = () => reject(new DOMException("aborted", "AbortError"));
    options.signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(options.form);
  });
}

async function upload<T>(path: string, options: UploadOptions): Promise<T> {
  if (!accessToken) await renewSession();
  let answer = await uploadOnce(path, options);
  if (answer.status === 401) {
    await renewSession();
    answer = await uploadOnce(path, options);
  }
  if (answer.status === 401) throw signedOut(errorFrom(401, answer.text));
  if (answer.status >= 400) throw errorFrom(answer.status, answer.text);
  return (JSON.parse(answer.text) as { data: T }).data;
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => data<T>("GET", path, options),
  post: <T>(path: string, body: unknown = {}, options?: RequestOptions) => data<T>("POST", path, { ...options, body }),
  put: <T>(path: string, body: unknown) => data<T>("PUT", path, { body }),
  delete: (path: string, options?: RequestOptions) => data<void>("DELETE", path, options),
  page,
  blob,
  upload,
};
