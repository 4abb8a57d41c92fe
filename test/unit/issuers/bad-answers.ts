import type { RecordedCase, RecordedResponse } from './recorded-exchange.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const LOGIN = '<!doctype html><title>Sign in</title><p>Unauthorized. Invalid token. Please sign in.</p>';

/** Answers of somebody in the issuer's place, or of an issuer in trouble: what each must come to. `why` undefined: any. */
export const BAD_ANSWERS: readonly { readonly name: string; readonly response: RecordedResponse; readonly why?: string }[] = [
  { name: 'too many requests', response: { status: 429, headers: { ...JSON_TYPE, 'retry-after': '30' }, body: { message: 'Too Many Requests' } }, why: 'throttled' },
  { name: 'a login page with 200', response: { status: 200, headers: HTML, text: LOGIN } },
  { name: 'a login page with 401', response: { status: 401, headers: HTML, text: LOGIN } },
  { name: 'a firewall page with 403', response: { status: 403, headers: HTML, text: LOGIN } },
  { name: 'a page for a host that is gone, with 404', response: { status: 404, headers: HTML, text: LOGIN } },
  { name: 'a login page that says it is JSON', response: { status: 200, headers: JSON_TYPE, text: LOGIN }, why: 'malformed' },
  { name: 'an empty object', response: { status: 200, headers: JSON_TYPE, text: '{}' } },
  { name: 'an empty list', response: { status: 200, headers: JSON_TYPE, text: '[]' } },
  { name: 'null', response: { status: 200, headers: JSON_TYPE, text: 'null' } },
  { name: 'truncated JSON', response: { status: 200, headers: JSON_TYPE, text: '{"id": 1, "name": "x", "us' } },
  { name: 'members of other types', response: { status: 200, headers: JSON_TYPE, body: { id: { a: 1 }, data: 7, user: [[]], account: 'x', result: null, name: ['y'], active: 'yes', ok: 'true' } } },
  { name: 'no content', response: { status: 204 } },
  { name: 'a server error', response: { status: 500, headers: JSON_TYPE, body: { message: 'Internal Server Error' } }, why: 'server-error' },
  { name: 'an outage page', response: { status: 503, headers: HTML, text: LOGIN } },
  { name: 'a redirect elsewhere', response: { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, why: 'redirect' },
  { name: 'silence', response: { hang: true }, why: 'timeout' },
];

/** More than anybody asks, retries included. */
const REQUESTS = 12;

/** The recorded case with all answers replaced. */
export function spoiled(recorded: RecordedCase, response: RecordedResponse): RecordedCase {
  const [first] = recorded.exchanges;
  return first === undefined ? recorded : { ...recorded, exchanges: Array.from({ length: REQUESTS }, () => ({ request: first.request, response })) };
}
