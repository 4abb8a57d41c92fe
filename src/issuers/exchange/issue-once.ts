import type { Ask, HttpRequest, HttpResponse, Replacement, ReplacementWish, RotateOperation, Secret } from '../../model/index.ts';
import { active, refused, uncertain } from '../reading/answers.ts';
import { readJson } from '../reading/json.ts';
import type { GivenFacts } from './ask-once.ts';
import { isThrottled } from './ask-once.ts';
import { unnamed } from './question.ts';

/** A replacement that one request brings. */
export interface IssueOnce {
  readonly request: (ask: Ask, wish: ReplacementWish) => HttpRequest;
  /** Reads a 2xx answer. Undefined when the new secret is not where the issuer documents it. */
  readonly read: (body: unknown, response: HttpResponse, ask: Ask) => { readonly secret: string; readonly facts: GivenFacts } | undefined;
  readonly oldLives: boolean;
  /** Where the issuer says no with a 2xx status (Slack's `ok: false`): its words. */
  readonly refuses?: (body: unknown) => string | undefined;
  /** What of the wish the issuer cannot do. A replacement that would be broader than wished is refused before anything is sent. */
  readonly cannot?: (wish: ReplacementWish, ask: Ask) => string | undefined;
  /** Statuses with which it refuses. Default: 400, 401, 403, 404, 409, 422. */
  readonly refused?: readonly number[];
}

const REFUSALS = [400, 401, 403, 404, 409, 422];

/** Runs an issue of one request; the new secret is wrapped at once. */
export function issueOnce(spec: IssueOnce): RotateOperation['run'] {
  return async (ask, wish, makeSecret) => {
    const cannot = spec.cannot?.(wish, ask);
    return cannot === undefined ? issue(spec, ask, wish, makeSecret) : refused(cannot);
  };
}

async function issue(spec: IssueOnce, ask: Ask, wish: ReplacementWish, makeSecret: (value: string) => Secret): Promise<Replacement> {
  const outcome = await ask.send(spec.request(ask, wish));
  if (!outcome.ok) return uncertain(outcome.why, outcome.detail);
  const { response } = outcome;
  if (response.status >= 200 && response.status < 300) {
    const no = spec.refuses?.(readJson(response));
    if (no !== undefined) return refused(no);
    const read = spec.read(readJson(response), response, ask);
    if (read === undefined || read.secret === '') return uncertain('malformed', `answered ${response.status}, but not with what the issuer documents: a replacement may exist there that nobody has`);
    const given = active(read.facts);
    return { status: 'issued', secret: makeSecret(read.secret), facts: given.status === 'active' ? given.facts : {}, oldLives: spec.oldLives };
  }
  if ((spec.refused ?? REFUSALS).includes(response.status) && !isThrottled(response)) return refused(`answered ${response.status}`);
  const answer = unnamed(response, ask.now());
  return answer.status === 'unknown' ? uncertain(answer.why, answer.detail) : uncertain('malformed', 'the answer could not be read');
}

/** For `cannot`: an issuer that copies the scopes of the old credential, or gives none, cannot narrow them. */
export function cannotNarrow({ scopes }: ReplacementWish): string | undefined {
  return scopes === undefined ? undefined : 'the issuer cannot narrow what the replacement may do';
}

/** For `cannot`: both of them. */
export function cannotChoose(wish: ReplacementWish): string | undefined {
  return cannotNarrow(wish) ?? cannotExpire(wish);
}

/** For `cannot`: an issuer whose replacement lives as long as it says, not as we wish. */
export function cannotExpire({ expiresAt }: ReplacementWish): string | undefined {
  return expiresAt === undefined ? undefined : 'the issuer cannot set when the replacement expires';
}

/** The name of a replacement when nobody wished for one. */
export function nameOf(wish: ReplacementWish, ask: Pick<Ask, 'now'>): string {
  return wish.name ?? `replacement ${ask.now().toISOString().slice(0, 10)}`;
}
