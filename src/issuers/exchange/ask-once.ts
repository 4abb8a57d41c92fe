import type { ActiveFacts, AdminAsk, Answer, Ask, HttpRequest, HttpResponse, Mutation, Operation, Particular, Subject } from '../../model/index.ts';
import { accepted, active, inactive, refused, unknown } from '../reading/answers.ts';
import { isObject, readJson } from '../reading/json.ts';
import { mutation, question } from './question.ts';

/** Facts as an issuer gives them: what it does not say is undefined. */
export type GivenFacts = { readonly [K in keyof ActiveFacts]?: ActiveFacts[K] | undefined };

/**
 * An answer that the issuer's document names, told by its status and its body. `says`: a string that the body holds under
 * one of `at` (default: anywhere in a JSON answer), compared whole, or as a regular expression. A number or truth value is compared as it is written.
 */
export interface NamedAnswer {
  readonly status: number;
  readonly says: string | RegExp;
  /** Paths into the JSON body, `errors.0.message`. */
  readonly at?: readonly string[];
  /** For people: what it means, in the issuer's words. */
  readonly means?: string;
}

/** A question of one request. */
export interface AskOnce {
  /** `GET /v2/account`: for ledgers and `--egress`. */
  readonly method: string;
  readonly request: (ask: Ask) => HttpRequest;
  /** Answers that mean a dead credential. Nothing else does. */
  readonly dead: readonly NamedAnswer[];
  /** Answers of a live credential that may not ask this: active, with a note and the facts that the refusal itself gives (which scopes it has). */
  readonly aliveButBarred?: readonly (NamedAnswer & { readonly facts?: (body: unknown, response: HttpResponse) => GivenFacts })[];
  /** Answers that leave it open, with what to tell people. A 403 that is not named otherwise is always one. */
  readonly ambiguous?: readonly NamedAnswer[];
  /** Reads a 2xx answer. Undefined when it is not what the issuer documents for a live credential. `body` is any JSON value. */
  readonly live: (body: unknown, response: HttpResponse, ask: Ask) => GivenFacts | Answer | undefined;
  readonly particular?: (subject: Subject) => Particular;
}

/** An introspection that is one request: most issuers. */
export function askOnce(spec: AskOnce): Operation<Answer> {
  const run = (ask: Ask): Promise<Answer> =>
    question(ask, spec.request(ask), (response) => {
      const body = readJson(response);
      const dead = spec.dead.find((named) => isNamed(named, response, body));
      if (dead !== undefined) return inactive(dead.means ?? `the issuer answers ${response.status} ${shown(dead)}`);
      const open = spec.ambiguous?.find((named) => isNamed(named, response, body));
      if (open !== undefined) return unknown('ambiguous', open.means ?? `answered ${response.status} ${shown(open)}, which leaves it open`);
      const barred = spec.aliveButBarred?.find((named) => isNamed(named, response, body));
      if (barred !== undefined) return active({ ...barred.facts?.(body, response), notes: { barred: barred.means ?? `answers ${response.status} ${shown(barred)}: alive, but it may not ask this` } });
      if (response.status === 403 && !isThrottled(response)) return unknown('ambiguous', 'answered 403: perhaps a live token that a missing permission or an address rule keeps out');
      if (response.status < 200 || response.status > 299) return undefined;
      const read = spec.live(body, response, ask);
      return read === undefined || isAnswer(read) ? read : active(read);
    });
  return { method: spec.method, run, ...(spec.particular === undefined ? {} : { particular: spec.particular }) };
}

/** A mutation of one request. */
export interface TellOnce {
  readonly request: (ask: Ask) => HttpRequest;
  /** Statuses that the issuer documents for "done" or "will be done". */
  readonly accepted: readonly number[];
  /** Statuses with which it refuses; anything else is uncertain. Default: 400, 401, 403, 404, 422. */
  readonly refused?: readonly number[];
  /** What the body must hold besides, where an issuer answers 200 to everything (Slack's `ok`). */
  readonly confirms?: (body: unknown) => boolean;
}

const REFUSALS = [400, 401, 403, 404, 422];

/** Runs a mutation of one request. Its acceptance is not proof. */
export function tellOnce(spec: TellOnce): (ask: Ask) => Promise<Mutation> {
  return (ask) => tell(ask, spec.request(ask), spec);
}

/** The same with our own credentials, by the issuer's id of the token (`revokeById`). */
export function tellById(spec: Omit<TellOnce, 'request'> & { readonly request: (ask: AdminAsk, tokenId: string) => HttpRequest }): (ask: AdminAsk, tokenId: string) => Promise<Mutation> {
  return (ask, tokenId) => tell(ask, spec.request(ask, tokenId), spec);
}

/** Sends one request that changes something, where an earlier one had to come first. */
export function tell(ask: AdminAsk, request: HttpRequest, spec: Omit<TellOnce, 'request'>): Promise<Mutation> {
  return mutation(ask, request, (response) => {
    if (isThrottled(response)) return undefined;
    if (spec.accepted.includes(response.status)) {
      return spec.confirms === undefined || spec.confirms(readJson(response)) ? accepted(`answered ${response.status}`) : refused(`answered ${response.status}, but its body does not confirm it`);
    }
    return (spec.refused ?? REFUSALS).includes(response.status) ? refused(`answered ${response.status}`) : undefined;
  });
}

/** The value under `errors.0.message` in a JSON body. */
export function valueAt(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (Array.isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined), body);
}

/** Whether an answer is the one that was named. One without a JSON body never is, whatever its status. */
export function isNamed({ status, says, at }: NamedAnswer, response: HttpResponse, body: unknown): boolean {
  if (response.status !== status || body === undefined) return false;
  const said = at === undefined ? stringsIn(body, 3) : at.map((path) => valueAt(body, path)).flatMap((value) => (['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : []));
  return said.some((value) => (typeof says === 'string' ? value === says : says.test(value)));
}

function shown({ says }: NamedAnswer): string {
  return typeof says === 'string' ? `"${says}"` : 'with the words it documents for that';
}

function stringsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return [value];
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member) => stringsIn(member, depth - 1));
}

/** An answer that is about our pace, whatever else it says. */
export function isThrottled({ status, headers }: HttpResponse): boolean {
  return status === 429 || headers['retry-after'] !== undefined || headers['x-ratelimit-remaining']?.trim() === '0';
}

function isAnswer(value: GivenFacts | Answer): value is Answer {
  return 'status' in value;
}
