import type { Introspection, LastKnown, NotAttemptedWhy, UnknownWhy } from '../../model/index.ts';
import { instant, instantSeen } from './time.ts';
import type { Told } from './told.ts';

const UNKNOWN: Readonly<Record<UnknownWhy, string>> = {
  timeout: 'it did not answer in time',
  network: 'it could not be reached',
  throttled: 'it asked us to slow down',
  'server-error': 'it answered with an error of its own',
  malformed: 'its answer could not be read',
  'unexpected-status': 'it answered with a status that means neither yes nor no',
  'refused-address': 'its address is one that must not be contacted',
  redirect: 'it pointed to another place, which was not followed',
  tls: 'its certificate could not be trusted',
  'too-large': 'its answer was too large',
  'own-credentials': 'it refused our own credentials',
  ambiguous: 'its answer can mean more than one thing',
};

const NOT_ATTEMPTED: Readonly<Record<NotAttemptedWhy, string>> = {
  'no-issuer': 'no way to ask this kind of issuer is known',
  'host-not-known': 'it exists on many hosts and none was named for it',
  denied: 'verify.deny names this issuer',
  'not-allowed': 'verify.allow does not name this issuer',
  'no-verify': 'this run asked no issuer',
  'egress-only': 'only the list of what would be asked was wanted',
  'expired-offline': 'the token itself says that it has expired',
  'no-introspection': 'the issuer offers no way to ask',
  'missing-companion': 'another part of this credential was not found',
  'no-client-credentials': 'our own credentials for that issuer are not set',
  canary: 'it is a decoy: asking would alert whoever planted it',
  'test-mode': 'it is a test-mode credential',
  interrupted: 'the run ended before its turn',
  'name-only': 'only the name under which it is kept is known',
  withheld: 'whether and what its issuer answered is not for the public',
};

export type Tone = 'bad' | 'good' | 'open';

/** The issuer's answer as a word and a sentence; never more certain than the introspection. */
export interface AnswerView {
  readonly word: 'active' | 'inactive' | 'unknown' | 'not asked' | 'withheld';
  readonly tone: Tone;
  readonly sentence: string;
  /** When the issuer answered; absent when it was not asked. */
  readonly at?: string;
  readonly lastKnown?: string;
}

export function answerOf(finding: Told): AnswerView {
  const { introspection, lastKnown } = finding;
  const remembered = lastKnown === undefined ? {} : { lastKnown: lastKnownSentence(lastKnown, introspection.at) };
  const by = introspection.host === undefined ? introspection.method : `${introspection.host}, ${introspection.method}`;
  const at = instant(introspection.at);
  switch (introspection.status) {
    case 'active':
      return { word: 'active', tone: 'bad', sentence: `active: the issuer accepts it (${by})`, at };
    case 'inactive':
      return { word: 'inactive', tone: 'good', sentence: `inactive: ${introspection.reason} (${by})`, at };
    case 'unknown':
      return { word: 'unknown', tone: 'open', sentence: `unknown: ${unknownSentence(introspection)} (${by})`, at, ...remembered };
    case 'notAttempted':
      if (introspection.why === 'withheld') return { word: 'withheld', tone: 'open', sentence: `withheld: ${NOT_ATTEMPTED.withheld}` };
      return { word: 'not asked', tone: 'open', sentence: `not asked: ${detailed(NOT_ATTEMPTED[introspection.why], introspection.detail)}`, ...remembered };
  }
}

function unknownSentence(introspection: Extract<Introspection, { status: 'unknown' }>): string {
  const why = detailed(UNKNOWN[introspection.why], introspection.detail);
  return introspection.retryAfterSeconds === undefined ? why : `${why}; it may be asked again in ${introspection.retryAfterSeconds >= 86_400 ? '24 h or more' : `${introspection.retryAfterSeconds} s`}`;
}

function lastKnownSentence(last: LastKnown, from: Date): string {
  const what = last.status === 'active' && last.violating ? 'active and breaking policy' : last.status;
  return `last known: ${what} on ${instantSeen(last.at, from)}; that still decides until the issuer answers`;
}

function detailed(why: string, detail: string): string {
  return detail === '' || detail === why ? why : `${why} (${detail})`;
}
