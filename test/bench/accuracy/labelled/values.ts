import { writeRecipe } from '../../../../src/rules/samples/recipe.ts';
import type { SeededRandom } from '../../../../src/rules/seeded-random.ts';

const WORDS = (
  'swordfish dragon monkey sunshine winter summer spring autumn falcon tiger coffee orange purple silver thunder pepper cookie banana ginger soccer hockey guitar ' +
  'london berlin madrid vienna oslo jordan harley mustang ranger maggie charlie rocket shadow matrix phoenix wizard castle river forest mountain planet galaxy ' +
  'welcome admin master office backup server deploy oracle jenkins grafana kafka redis mysql postgres ubuntu cisco acme fabrikam contoso northwind'
).split(' ');
const WALKS = ['qwerty', 'qazwsx', 'asdfgh', 'zxcvbn', 'q1w2e3', '1q2w3e4r', 'zaq12wsx'];
const LEET: Readonly<Record<string, string>> = { a: '@', e: '3', i: '1', o: '0', s: '$', t: '7' };

const of = <T>(random: SeededRandom, list: readonly T[]): T => list[random.below(list.length)] as T;
const word = (random: SeededRandom): string => of(random, WORDS);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const digits = (random: SeededRandom, count: number): string => writeRecipe(`<digits:${count}>`, random);

/** What people choose: words with years, marks and letters replaced. */
function human(random: SeededRandom): string {
  switch (random.below(9)) {
    case 0:
      return `${capital(word(random))}${2012 + random.below(14)}${random.pick('!@#$')}`;
    case 1:
      return `${word(random)}${digits(random, 2 + random.below(3))}`;
    case 2:
      return [...capital(word(random))].map((letter) => LEET[letter] ?? letter).join('') + digits(random, 1 + random.below(2));
    case 3:
      return `${of(random, WALKS)}${digits(random, 2)}`;
    case 4:
      return `${capital(word(random))}${capital(word(random))}${digits(random, 2)}`;
    case 5:
      return `${word(random)}@${digits(random, 3)}`;
    case 6:
      return `${word(random)}_${word(random)}${digits(random, 1)}!`;
    case 7:
      return `${capital(word(random))}#${digits(random, 4)}`;
    default:
      return `${word(random)}-${word(random)}-${digits(random, 2)}`;
  }
}

/** A password as published sets have it: chosen by a person, or replaced by random characters of the same classes. */
export function password(random: SeededRandom): string {
  const dice = random.below(100);
  if (dice < 34) return human(random);
  if (dice < 46) return writeRecipe('<lower:5-10>', random);
  if (dice < 62) return `${writeRecipe('<lower:3-7>', random)}${digits(random, 1 + random.below(4))}`;
  if (dice < 66) return digits(random, 6 + random.below(5));
  if (dice < 70) return word(random);
  if (dice < 84) return writeRecipe('<base62:8-16>', random);
  return writeRecipe('<strong:8-16>', random);
}

/** A key or token: random in one of the usual alphabets, now and then with a word before it, short, or a UUID. */
export function token(random: SeededRandom): string {
  const dice = random.below(100);
  if (dice < 30) return writeRecipe(`<hex:${of(random, [16, 20, 24, 32, 32, 40, 64])}>`, random);
  if (dice < 45) return writeRecipe(`<base64bytes:${of(random, [16, 24, 32, 48])}>`, random);
  if (dice < 65) return writeRecipe('<base62:18-48>', random);
  if (dice < 75) return writeRecipe('<base36:18-40>', random);
  if (dice < 82) return writeRecipe('<base64url:22-43>', random);
  if (dice < 88) return `${of(random, ['acme', 'ak', 'live', 'prod', 'svc'])}${random.pick('_-')}${writeRecipe('<base62:20-32>', random)}`;
  if (dice < 95) return writeRecipe('<base62:10-15>', random);
  return writeRecipe('<uuid>', random);
}

const WHOSE = ['db', 'smtp', 'admin', 'ldap', 'ftp', 'proxy', 'redis', 'user', 'root', 'mail', 'mysql', 'service', 'login', 'test', 'jdbc', 'wifi', 'backup'];
const PASSWORDS = ['password', 'password', 'password', 'passwd', 'pass', 'pwd', 'passphrase'];
const TOKENS = ['api_key', 'secret', 'secret_key', 'token', 'access_token', 'auth_token', 'client_secret', 'api_secret', 'access_key', 'private_key', 'encryption_key', 'app_secret', 'apikey', 'jwt_secret'];

/** How languages spell a name. */
const SPELL: Readonly<Record<string, (words: readonly string[]) => string>> = {
  snake: (words) => words.join('_'),
  upper: (words) => words.join('_').toUpperCase(),
  kebab: (words) => words.join('-'),
  dotted: (words) => words.join('.'),
  camel: (words) => words.map((each, index) => (index === 0 ? each : capital(each))).join(''),
  pascal: (words) => words.map(capital).join(''),
};

const USERS = ['ana', 'deploy', 'orders', 'svc-backup', 'jenkins', 'bob', 'sa', 'root', 'app', 'admin'];
const HOSTS = ['db1.corp.internal', '10.1.2.3', '192.168.7.20', 'files.acme.io', 'mq.prod.acme.io', 'ldap.acme.io'];

/** Writes out `{p}` (password), `{t}` (token), `{u}` (user), `{h}` (host), `{snake-p}` (name of a password), `{upper-t}` (name of a token) and `{<recipe>}`. */
export function fill(template: string, random: SeededRandom): { readonly text: string; readonly secrets: readonly string[] } {
  const secrets: string[] = [];
  const text = template.replace(/\{(p|t|u|h|word|Word|(?:snake|upper|kebab|dotted|camel|pascal)-[pt]|<[^{}]*>)\}/g, (_whole, part: string) => {
    if (part === 'p' || part === 't') {
      const secret = part === 'p' ? password(random) : token(random);
      secrets.push(secret);
      return secret;
    }
    if (part === 'u') return of(random, USERS);
    if (part === 'h') return of(random, HOSTS);
    if (part === 'word') return word(random);
    if (part === 'Word') return capital(word(random));
    if (part.startsWith('<')) return writeRecipe(part, random);
    const [style = '', kind] = part.split('-');
    const noun = of(random, kind === 'p' ? PASSWORDS : TOKENS).split('_');
    const words = random.below(2) === 0 ? noun : [of(random, WHOSE), ...noun];
    return SPELL[style]?.(words) ?? '';
  });
  return { text, secrets };
}
