import { wordsOf } from '../generic/wordiness.ts';

/** What a name near an issuer's word says of its value. */
export type NameSays = 'secret' | 'nothing' | 'other';

const SECRET = /(?:key|keys|token|tokens|secret|secrets|password|passwd|pwd|pass|passphrase|auth|authorization|credentials?|creds?|bearer|pat|apikey|dsn|certificate)$/;
/** Words that change nothing, so that a name of these alone belongs to whoever is named nearby. */
const PLAIN = new Set(
  (
    'api app application rest http https x v my the this our client server service account user personal private master main root admin access auth oauth o id2 ' +
    'prod production dev development test testing live sandbox staging stage default current new old web backend team workspace org organization project integration ' +
    'read write rw full secure legacy static long lived sdk cli bot env config value header param license subscription consumer webhook signing security'
  ).split(' '),
);
const PUBLIC = new Set(['public', 'publishable', 'pub', 'csrf', 'xsrf', 'nonce', 'checksum', 'hash', 'sha', 'md', 'digest', 'fingerprint', 'etag', 'integrity', 'commit', 'revision', 'rev']);

/** `rest` is a name without the issuer's word. */
export function judgeName(rest: string): NameSays {
  const words = wordsOf(rest).map((word) => word.toLowerCase());
  if (words.some((word) => PUBLIC.has(word))) return 'other';
  let last = words.length - 1;
  while (last >= 0 && PLAIN.has(words[last] ?? '') && !SECRET.test(words[last] ?? '')) last -= 1;
  if (last < 0) return 'nothing';
  return SECRET.test(words[last] ?? '') ? 'secret' : 'other';
}

/** Whether a name says secret and nothing of any other issuer: `api_key`, `X-Auth-Token`, `Authorization`, `appid`. */
export function isPlainSecret(name: string): boolean {
  const words = wordsOf(name).map((word) => word.toLowerCase());
  return (judgeName(name) === 'secret' && words.every((word) => PLAIN.has(word) || SECRET.test(word))) || /^app_?id$/i.test(name);
}
