import { ISSUER_WORDS } from '../issuer-words.ts';
import { wordsOf } from './wordiness.ts';

/** What a name promises: a password, a key or token of random characters, or nothing secret. */
export type NameKind = 'password' | 'token' | 'other';

const PASSWORD = new Set(['password', 'passwd', 'pwd', 'pass', 'passphrase', 'passwort', 'pswd', 'psw', 'passcode', 'pw', 'psk', 'authtok']);
const SECRET = new Set(['secret', 'token', 'apikey', 'credential', 'credentials', 'cred', 'creds', 'accesskey', 'secretkey', 'privatekey', 'authkey', 'authtoken', 'accesstoken', 'apitoken', 'clientsecret', 'appsecret', 'apisecret', 'bearer', 'passkey', 'sas', 'pat', 'signingkey', 'encryptionkey', 'masterkey', 'appkey', 'hmackey', 'secrets']);
/** Words that make `…_key` a secret one. */
const KEY_KINDS = new Set(['api', 'access', 'secret', 'private', 'auth', 'encryption', 'encrypt', 'encrypting', 'signing', 'sign', 'master', 'app', 'application', 'service', 'account', 'hmac', 'jwt', 'session', 'license', 'admin', 'write', 'storage', 'shared', 'client', 'consumer', 'subscription', 'deploy', 'ssh', 'aes', 'crypt', 'cipher', 'webhook', 'server', 'rest', 'integration', 'ingest', 'data', 'user', 'security', 'validation', 'decryption', 'machine']);
/** Last words that say that the value is something about a secret. */
const ABOUT = new Set(
  (
    'name names id ids uid uuid type types kind file files filename path paths dir url uri urls link host field fields label labels placeholder hint text title tooltip ' +
    'message messages msg error errors description desc help length len size min max count limit policy policies rule rules regex pattern patterns validator validation ' +
    'valid format formats expiry expires expiration expire ttl timeout age date time created updated at hash hashed digest salt checksum strength confirm confirmation ' +
    'confirmed reset forgot forgotten change changed required visible enabled disabled show hide input prompt question class style icon element selector column table ' +
    'schema model view page form button store storage provider manager service factory helper handler callback function func method ' +
    'param parameter params header headers prefix suffix cookie env variable var ref reference arn scope scopes issuer audience endpoint ' +
    'grant status state count index position offset lookup list map public publishable version algorithm alg usage attempts source reader writer parser stream kinds ' +
    'mode flag option options config settings generator symbol instance object'
  ).split(' '),
);
const PUBLIC = new Set(['public', 'publishable', 'pub', 'csrf', 'xsrf', 'authenticity', 'nonce', 'primary', 'foreign', 'sort', 'partition', 'cache', 'sitekey', 'recaptcha', 'next', 'page', 'pagination', 'continuation', 'cursor', 'sync', 'marker', 'sha']);
/** Endings that change nothing: `password_prod`, `api_key2`, `secret_value`. */
const TRAILERS = new Set(['value', 'val', 'plain', 'plaintext', 'raw', 'string', 'str', 'prod', 'production', 'dev', 'development', 'staging', 'stage', 'test', 'live', 'qa', 'uat', 'local', 'default', 'base', 'b', 'old', 'new', 'main', 'backup', 'current', 'admin', 'root', 'user', 'db', 'const', 'data', 'here']);

/** What kind of thing the name (with its neighbours: `spring.datasource.password`, `DB_PASSWORD_PROD`, `clientSecret`) holds. */
export function kindOfName(name: string): NameKind {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const kind = readKind(name);
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  // a copy: a part of a text would keep all of the text
  KNOWN.set(Buffer.from(name, 'latin1').toString('latin1'), kind);
  return kind;
}

/** A tree has few names for secrets, and uses them over and over. */
const KNOWN = new Map<string, NameKind>();
const MOST_KNOWN = 4096;

function readKind(name: string): NameKind {
  const words = wordsOf(name).map((word) => word.toLowerCase());
  if (words.length === 0 || words.length > 9 || words.some((word) => PUBLIC.has(word))) return 'other';
  let last = words.length - 1;
  while (last > 0 && TRAILERS.has(words[last] ?? '') && !PASSWORD.has(words[last] ?? '')) last -= 1;
  const noun = words[last] ?? '';
  const before = words[last - 1] ?? '';
  if (PASSWORD.has(noun) || /^(?:\w{0,12}(?:password|passwd|passphrase|passwort)|(?:db|my|sql|mysql|user|root|admin|smtp|mail|ftp|ldap|bind|login|auth|http|proxy|ssh|sudo|su|key|store|keystore|rpc|wifi|require|dest|src|trust|cert|pfx|jks|vnc|rdp|snmp|imap|pop|sa|pg|postgres|mongo|redis|rabbit|svc|web|site|app|api|account|member|client|server|mqtt|ap|sta|remote|router|domain|vpn|private|signing|truststore|keystore|manager|jenkins|admin|super)(?:pass|pwd|pw))$/.test(noun)) return 'password';
  if (SECRET.has(noun) || /(?:secret|token|apikey|accesskey|secretkey|privatekey)$/.test(noun)) return 'token';
  if ((noun === 'key' || noun === 'keys') && (KEY_KINDS.has(before) || isIssuers(name))) return 'token';
  if (noun === 'auth' || noun === 'authorization') return 'token';
  if (ABOUT.has(noun)) return 'other';
  return 'other';
}

/** Whether what stands before the last `key` ends with an issuer's name: `datadog_key`, `sendGridKey`, `API2PDF_KEY`. */
function isIssuers(name: string): boolean {
  const parts = name.slice(0, name.toLowerCase().lastIndexOf('key')).match(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [];
  let joined = '';
  for (let at = parts.length - 1; at >= Math.max(0, parts.length - 4); at -= 1) {
    joined = `${(parts[at] ?? '').toLowerCase()}${joined}`;
    if (ISSUER_WORDS.has(joined)) return true;
  }
  return false;
}
