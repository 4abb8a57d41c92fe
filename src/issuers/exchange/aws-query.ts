import aws4 from 'aws4';
import type { AdminAsk, HttpRequest, HttpResponse, UnknownWhy } from '../../model/index.ts';
import { isObject } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { parseXml, readXml } from '../reading/xml.ts';
import { isThrottled, valueAt } from './ask-once.ts';
import { unnamed } from './question.ts';

/** What signs. The secret itself never leaves: only its signature does; a session token does. */
export interface AwsKey {
  readonly id: string;
  readonly secret: string;
  readonly session?: string;
}

/** What came of an action: its result element, the service's own error code, or why there is neither. */
export type AwsAnswer =
  | { readonly ok: true; readonly result: JsonObject }
  | { readonly ok: false; readonly status: number; readonly code: string }
  | { readonly ok: false; readonly why: UnknownWhy; readonly detail: string; readonly retryAfterSeconds?: number };

interface Where {
  readonly url: URL;
  readonly service: 'sts' | 'iam' | 'cloudtrail';
  readonly region: string;
}

const VERSIONS = { sts: '2011-06-15', iam: '2010-05-08' } as const;

/** Codes with which every service asks for fewer requests (AWS common errors). */
const THROTTLING = ['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'ServiceUnavailable', 'TooManyRequestsException'];

/** Signs a request with signature version 4. */
export function signed(request: HttpRequest, { service, region }: Where, key: AwsKey, now: Date): HttpRequest {
  const { method, url, headers, body = '' } = request;
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const given = { service, region, method, host: url.host, path: url.pathname + url.search, headers: { ...headers, 'X-Amz-Date': date }, body };
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret, ...(key.session === undefined ? {} : { sessionToken: key.session }) };
  const ours = Object.entries(aws4.sign(given, credentials).headers ?? {}).filter(([name]) => !['host', 'content-length'].includes(name.toLowerCase()));
  return { ...request, headers: Object.fromEntries(ours.map(([name, value]) => [name.toLowerCase(), String(value)])) };
}

/** One action of the query protocol (STS, IAM): a form goes, XML comes. */
export async function act(ask: Pick<AdminAsk, 'send' | 'now'>, where: Where & { readonly service: 'sts' | 'iam' }, key: AwsKey, action: string, parameters: Readonly<Record<string, string>> = {}): Promise<AwsAnswer> {
  // As others encode it: who encodes the form anew before the signature is checked (moto) has the same bytes.
  const body = new URLSearchParams({ Action: action, Version: VERSIONS[where.service], ...parameters }).toString().replaceAll('*', '%2A');
  const request: HttpRequest = { method: 'POST', url: where.url, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body };
  const outcome = await ask.send(signed(request, where, key, ask.now()));
  return outcome.ok ? read(outcome.response, action, ask.now()) : outcome;
}

function read(response: HttpResponse, action: string, now: Date): AwsAnswer {
  const body = readXml(response, 'member');
  // An error is known by its root element and code alone: moto sends those of its front door as text/html, in EC2's dialect.
  const error = response.status >= 400 ? (body ?? parseXml(response.body)) : undefined;
  const code = valueAt(error, 'ErrorResponse.Error.Code') ?? valueAt(error, 'ErrorResponse.Errors.Error.Code');
  if (typeof code === 'string' && code !== '' && response.status >= 400) {
    if (THROTTLING.includes(code) || isThrottled(response)) return { ok: false, why: 'throttled', detail: `answered ${response.status} ${code}` };
    return response.status < 500 ? { ok: false, status: response.status, code } : { ok: false, why: 'server-error', detail: `answered ${response.status} ${code}` };
  }
  const done = body?.[`${action}Response`];
  if (response.status === 200 && isObject(done)) {
    const result = done[`${action}Result`];
    return { ok: true, result: isObject(result) ? result : {} };
  }
  const answer = unnamed(response, now);
  const { why, detail } = answer.status === 'unknown' ? answer : { why: 'malformed' as const, detail: 'the answer could not be read' };
  return { ok: false, why, detail, ...(answer.status === 'unknown' && answer.retryAfterSeconds !== undefined ? { retryAfterSeconds: answer.retryAfterSeconds } : {}) };
}
