import type { Answer, Ask, HttpRequest, HttpResponse } from '../../model/index.ts';
import { active } from '../reading/answers.ts';
import { readJson } from '../reading/json.ts';
import type { GivenFacts } from './ask-once.ts';

/**
 * What a further request adds to a live credential. Its failure leaves facts absent and never changes the status; what it
 * says wins over what was known.
 */
export async function withMore(ask: Ask, answer: Answer, request: HttpRequest | undefined, read: (body: unknown, response: HttpResponse) => GivenFacts | undefined): Promise<Answer> {
  if (answer.status !== 'active' || request === undefined) return answer;
  const more = await factsFrom(ask, request, read);
  return more === undefined ? answer : merged(answer, more);
}

/** Reads facts from one request; undefined for anything but a 2xx answer as documented. */
export async function factsFrom(ask: Pick<Ask, 'send'>, request: HttpRequest, read: (body: unknown, response: HttpResponse) => GivenFacts | undefined): Promise<GivenFacts | undefined> {
  const outcome = await ask.send(request);
  if (!outcome.ok || outcome.response.status < 200 || outcome.response.status > 299) return undefined;
  return read(readJson(outcome.response), outcome.response);
}

/** An active answer with facts added; absent ones leave what was known. */
export function merged(answer: Answer, more: GivenFacts | undefined): Answer {
  if (answer.status !== 'active' || more === undefined) return answer;
  const given = active(more);
  return given.status === 'active' ? active({ ...answer.facts, ...given.facts }) : answer;
}
