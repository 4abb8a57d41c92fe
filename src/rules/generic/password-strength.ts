import type { ValueVerdict } from './judge-value.ts';
import { entropyOf } from '../entropy.ts';
import { judgeValue } from './judge-value.ts';

/** A password whose place already says what it is (after `user:` in a URL or header): only stand-ins and references go. */
export function judgePlacedPassword(password: string, user: string): ValueVerdict {
  if (UUID.test(password) && entropyOf(password) >= 3) return { keep: true, confidence: 'medium', why: 'a UUID' };
  const verdict = judgeValue('password', password, 'password', 'literal');
  if (!verdict.keep) return verdict;
  const bare = password.toLowerCase();
  if (bare === user.toLowerCase()) return { keep: true, confidence: 'low', why: 'the same as the user' };
  return verdict;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
