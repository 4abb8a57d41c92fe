import { databaseAccount } from '../encoding/database-account.ts';
import { judgePlacedPassword } from '../generic/password-strength.ts';
import { hasSealedPrefix } from '../generic/sealed-prefix.ts';
import type { Validator } from '../validator.ts';

/** Hosts of documentation (RFC 2606) and of nobody. */
const SAMPLE_HOST = /(?:^|\.)(?:example\.(?:com|org|net|edu)|example|invalid|test|domain\.(?:com|tld)|mydomain\.com|yourdomain\.com|your-?host|hostname|host|server|my-?host|somewhere\.com|foo\.com|bar\.com|site\.com|website\.com|acme\.com|[a-z])$/i;
const SAMPLE_USER = /^(?:user(?:name)?|usr|foo|name|u|username\d?|login|your[-_]?user(?:name)?|someuser|myuser|me|a|x)$/i;
const LOCAL_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|db|database|postgres|mysql|mongo(?:db)?|redis|rabbitmq|host\.docker\.internal)$/i;

export const validator: Validator = {
  id: 'url-credentials',
  demands: 'A password between user and host of a URL that is no placeholder, variable or the documentation\'s host. Local hosts and weak passwords lower the confidence.',
  judge: ({ value, groups, before, after }) => {
    const user = groups['user'] ?? '';
    const host = (groups['host'] ?? '').toLowerCase();
    const features = { scheme: (groups['scheme'] ?? '').toLowerCase(), host: LOCAL_HOST.test(host) ? 'local' : 'remote' };
    const drop = (why: string): { readonly keep: false; readonly features: Readonly<Record<string, string>> } => ({ keep: false, features: { ...features, password: why } });
    if (/[${}<>*%]{2}|[${}<>]/.test(user + host)) return drop('a template');
    if (hasSealedPrefix(value)) return drop('the prefix of a kind with a checksum, which was wrong');
    if (/^\d{1,5}$/.test(value)) return drop('a port');
    if (/^x-(?:oauth-basic|token-auth)$/.test(value)) return drop('a word that says that the user is a token');
    if (user === 'scott' && value.startsWith('tiger')) return drop('an example');
    const isSample = SAMPLE_HOST.test(host);
    if (isSample && SAMPLE_USER.test(user)) return drop('an example');
    const password = decode(value);
    const verdict = judgePlacedPassword(password, user);
    if (!verdict.keep) return drop(verdict.why);
    const isMeant = verdict.confidence === 'medium' && !isSample;
    const isStrong = isMeant && password.length >= 8 && verdict.why !== 'random letters';
    const confidence = isStrong && !SAMPLE_USER.test(user) && !LOCAL_HOST.test(host) ? 'high' : isStrong || (isMeant && !SAMPLE_USER.test(user)) ? 'medium' : 'low';
    const facts = databaseAccount(features.scheme, user, before, after);
    return { keep: true, confidence, features: { ...features, password: verdict.why }, role: 'url', ...(facts === undefined ? {} : { facts }) };
  },
};

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
