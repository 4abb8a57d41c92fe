import type { AdminAsk, ClientAuth, ConsumerWrite, Held, HttpRequest, HttpResponse, Mutation } from '../../model/index.ts';

/** A request with a JSON body, where there is one. */
export function request(method: HttpRequest['method'], url: URL, headers: Readonly<Record<string, string>>, body?: unknown): HttpRequest {
  const base = { method, url, headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } };
  return body === undefined ? base : { ...base, body: JSON.stringify(body) };
}

export function below(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/+$/, '')}/${path}`);
}

/** Path segments, each encoded; what leads elsewhere (`..`) is for `problem` to refuse. */
export function segments(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

export function ownToken({ store }: Pick<AdminAsk, 'store'>): string {
  const auth: ClientAuth | undefined = store.clientAuth;
  return auth?.method === 'bearer' ? auth.token.reveal() : '';
}

/** The answer as an object; undefined for everything else. */
export function objectIn(response: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(response.body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sends what reads; an answer that `read` does not know is unknown. */
export async function look(ask: Pick<AdminAsk, 'send'>, asked: HttpRequest, read: (response: HttpResponse) => Held | undefined): Promise<Held> {
  const outcome = await ask.send(asked);
  if (!outcome.ok) return { status: 'unknown', detail: outcome.detail };
  return read(outcome.response) ?? { status: 'unknown', detail: `answered ${outcome.response.status}` };
}

/** Sends what changes something. */
export async function tell(ask: Pick<AdminAsk, 'send'>, asked: HttpRequest, accepted: readonly number[]): Promise<Mutation> {
  const outcome = await ask.send(asked);
  if (!outcome.ok) return { status: 'uncertain', why: outcome.why, detail: outcome.detail };
  const { status } = outcome.response;
  if (accepted.includes(status)) return { status: 'accepted', detail: `answered ${status}` };
  return status >= 400 && status < 500 && status !== 429 && status !== 408 ? { status: 'refused', detail: `answered ${status}` } : { status: 'uncertain', why: status >= 500 ? 'server-error' : 'unexpected-status', detail: `answered ${status}` };
}

/** For `problem`: a path of names, none of which leads elsewhere. */
export function wrongPath(path: string | undefined): boolean {
  return path === undefined || !/^[^/]+(?:\/[^/]+)*$/.test(path) || path.split('/').some((part) => part === '.' || part === '..');
}

/** Nothing was written, as what is there now is neither what we saw nor ours. */
export const CHANGED: Mutation = { status: 'refused', detail: 'somebody else changed it meanwhile' };

/** Whether one of the places holds something else than was seen; `valueOf` says what it holds now. */
export function isChanged(writes: readonly ConsumerWrite[], valueOf: (at: ConsumerWrite['at']) => unknown): boolean {
  return writes.some(({ at, before }) => before !== undefined && valueOf(at) !== before.reveal());
}

/** The place of all writes of one call: they differ in one parameter alone. */
export function placeOf([first]: readonly ConsumerWrite[]): ConsumerWrite['at'] {
  return first?.at ?? {};
}
