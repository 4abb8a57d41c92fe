import { readThrottling } from '../../lib/http/retry-after.ts';
import type { Answer, Ask, HttpRequest, HttpResponse, Mutation } from '../../model/index.ts';
import { uncertain, unknown } from '../reading/answers.ts';

/** Sends one request and reads the answer. `read` returns undefined for whatever the issuer's document does not name. */
export async function question(ask: Pick<Ask, 'send' | 'now'>, request: HttpRequest, read: (response: HttpResponse) => Answer | undefined): Promise<Answer> {
  const outcome = await ask.send(request);
  if (!outcome.ok) return unknown(outcome.why, outcome.detail, outcome.retryAfterSeconds);
  return read(outcome.response) ?? unnamed(outcome.response, ask.now());
}

/** Like `question`, for a request that changes something. */
export async function mutation(ask: Pick<Ask, 'send' | 'now'>, request: HttpRequest, read: (response: HttpResponse) => Mutation | undefined): Promise<Mutation> {
  const outcome = await ask.send(request);
  if (!outcome.ok) return uncertain(outcome.why, outcome.detail);
  const named = read(outcome.response);
  if (named !== undefined) return named;
  const answer = unnamed(outcome.response, ask.now());
  return answer.status === 'unknown' ? uncertain(answer.why, answer.detail) : uncertain('malformed', 'the answer could not be read');
}

/** What an answer means that nobody named: never that the credential is dead. */
export function unnamed(response: HttpResponse, now: Date): Answer {
  const later = readThrottling(response, now);
  const { status } = response;
  if (later !== undefined) return unknown('throttled', `answered ${status}: the issuer asks for fewer requests`, later.retryAfterSeconds);
  if (status >= 500) return unknown('server-error', `answered ${status}`);
  if (status >= 200 && status < 300) return unknown('malformed', `answered ${status}, but not with what the issuer documents`);
  return unknown('unexpected-status', `answered ${status}, which the issuer does not document as a dead credential`);
}
