import { readBase64 } from '../encoding/base64.ts';
import { isPrintable } from '../encoding/printable.ts';
import { placeholderReason } from '../placeholder.ts';
import { soundsEnglish, wordiness, wordsOf } from './wordiness.ts';

/** Words that stand where a value will be: samples, types, states. Compared with the whole value, lower case, without punctuation. */
const STAND_INS = new Set(
  (
    'password passwd pass pwd passphrase secret secrets secretkey token tokens key keys apikey apitoken accesstoken mypassword mysecret mytoken mykey yourpassword yoursecret ' +
    'yourtoken yourkey yourapikey changeme changeit changethis replaceme fixme todo tbd none null nil undefined empty blank true false yes no on off default example ' +
    'sample test testing tests dummy fake foo bar baz foobar qux string str text number integer int boolean bool object array any unknown void date hidden ' +
    'redacted masked removed encrypted required optional invalid valid wrong correct incorrect disabled enabled public private internal username user admin root guest ' +
    'login email name value values input output prompt file env environment variable var config settings basic bearer digest oauth jwt session cookie ' +
    'header body query param request response data info error warning debug trace auto manual system supersecret topsecret verysecret secretvalue notasecret ' +
    'xyzzy xxx xxxx abc abcd abcdef abcxyz asdf asdfasdf qwerty qwertyuiop letmein hunter hello world helloworld lorem ipsum anoncvs anonymous guest nobody nopassword something anything whatever ' +
    'pa55word passw0rd p4ssw0rd mysecretpassword mysupersecret secretpassword testpassword testsecret testtoken testkey examplepassword ' +
    'newpassword oldpassword currentpassword wrongpassword correctpassword goodpassword badpassword dbpassword userpassword mysqlpassword'
  ).split(' '),
);

/** Stand-ins that digits make a password that somebody chose. */
const CHOSEN = new Set('admin root guest qwerty qwertyuiop letmein hunter asdf asdfasdf login manual internal private system cookie session server hello world sunshine'.split(' '));

/** References to a value kept elsewhere: variables, templates, calls, vaults, sealed values. */
const REFERENCES: readonly (readonly [RegExp, string])[] = [
  [/\$\{|\$\(|\{\{|\}\}|<%|%>|#\{|\{%|\$\[\[|@\{|^\$\$|\{\w{0,40}(?:[.![][\w.![\]'"]{0,40})?\}|<[A-Za-z][\w-]{1,20}(?::[^<>]{0,40})?>/, 'a template'],
  [/^\$[A-Za-z_]|^%[A-Za-z_]\w*%$|^%\(|^@[A-Za-z_.]+@?$|^:\w+(?::|$)|^\*\w+$|^&\w+$|^!\w+/, 'a variable'],
  [/%(?:\d{0,2}|l{1,2})[sdvqxXu](?![0-9A-Za-z])|%\d*\$s|\\\(|^\?$|\\(?:x1b|033|e|u001b)\[/i, 'a format'],
  [/^<[^>]*>?$|^[*_|]{1,2}[\w-]+[*_|]{1,2}$|^\[[^\]]*\]$|^\(.*\)$|^\*+$|^\.{2,}|…|\*{3,}|\.{3,}|^[-_=.*#x]+$|[xX]{4,}|[*•]{2,}|^s+h{3,}!*$/, 'a placeholder'],
  [/^(?:process|os|env|environ|System|config|settings|options|opts|props|this|self|req|request|ctx|state|params|args|data|secrets|vars|local|var|module|each|credentials)[.[]/i, 'a lookup'],
  [/^A(?:KIA|SIA)[A-Z2-7]{16}(?:\/|%2F)\d{8}(?:\/|%2F)/i, 'the public part of a signature'],
  [/environ\b|getenv|\benv\b\s*\(|Deno\.env|import\.meta/i, 'a lookup'],
  [/^(?:vault:|arn:|ref\+?:|op:\/\/|secretsmanager|ssm:|keyvault|projects\/|@Microsoft\.KeyVault|aws-sm:|gcp-sm:|azurekv:|bws:|doppler:|sops:|file:|env:|awssm:|secret:\/\/)/i, 'a reference to a vault'],
  [/^(?:ENC[[(]|\{cipher\}|AQICAH|\$ANSIBLE_VAULT|vault\.v1:|AgA[A-Za-z0-9+/]{100}|ejson|EJ\[|secure:|\{[A-Z0-9-]{2,16}\})/, 'encrypted or hashed'],
  [/^\$(?:2[abxy]?|1|5|6|7|y|argon2\w*|pbkdf2[\w-]*|scrypt|apr1|P|H|bcrypt[\w-]*)\$|^pbkdf2_|^sha(?:1|256|384|512)[$:-]|^md5[$:]|^bcrypt/i, 'a hash'],
];

/** Why a value that a secret-sounding name has is no secret, or undefined. Holds for passwords and tokens alike. */
export function notASecret(value: string, name: string): string | undefined {
  if (value.length < 4) return 'too short';
  for (const [form, reason] of REFERENCES) if (form.test(value)) return reason;
  const bare = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  const letters = bare.replace(/\d+$/, '');
  if (STAND_INS.has(bare) || (STAND_INS.has(letters) && value.length < 12 && !/[^A-Za-z0-9]/.test(value) && !CHOSEN.has(letters))) return 'a stand-in';
  const bareName = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (bare.length >= 4 && (bareName.endsWith(bare) || (bareName.length >= 8 && bare.endsWith(bareName)))) return 'its own name';
  const reason = placeholderReason(value);
  if (reason !== undefined) return reason;
  if (isEncodedText(value)) return 'encoded words';
  return lookOf(value);
}

/** Base64 of words is text that someone encoded, and judged by what it says where a rule knows the place. */
function isEncodedText(value: string): boolean {
  const bytes = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) && value.length % 4 === 0 ? readBase64(value) : undefined;
  return bytes !== undefined && isPrintable(bytes) && wordiness(bytes.toString('latin1')) > 0.5;
}

/** Shapes of other things: addresses, paths, dates, numbers, selectors, code. */
function lookOf(value: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(value) || /^[0-9a-f:]{0,35}::[0-9a-f:]{0,35}$/i.test(value)) return 'an address';
  if (/^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(value)) return 'a mail address';
  if (/^(?:\.{0,2}|~|[A-Za-z]:)?[/\\](?:[\w .@~-]{1,60}[/\\])*[\w .@~-]{1,60}[/\\]?$/.test(value) && wordiness(value) > 0.4) return 'a path';
  if (/^[\w@.-]+(?:\/[\w@.-]+)+$/.test(value) && wordiness(value) > 0.5) return 'a path';
  if (/\.(?:pem|key|crt|cer|json|ya?ml|txt|jks|p12|pfx|kdbx|env|ini|cfg|conf|xml|html?|[cm]?[jt]sx?|py|go|rb|java|cs|php|sh|md|log|db|csv|svg|png|gpg|asc)$/i.test(value)) return 'a file name';
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)) return 'a UUID';
  if (/^\d{4}-\d\d-\d\d|^[~^]?v?\d+\.\d+(?:\.\d+)?(?:[-+][\w.-]+)?$|^[\d.,:_ -]+(?:ms|s|m|h|d|px|em|rem|%|kb|mb)?$|^[-+]?(?:0x[\da-f]+|\d+)(?:[ui](?:8|16|32|64|128|size)|[ulnf]{1,3})$/i.test(value)) return 'a number, date or version';
  if (/^#[0-9a-f]{3,8}$|^0x(?:[0-9a-f]{1,16}|[0-9a-f]{40})$/i.test(value)) return 'a number, date or version';
  if (/^[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+(?:\(.*)?$/.test(value) && wordiness(value) > 0.5) return 'a lookup';
  if (/[A-Za-z_$][\w$]*\(/.test(value) && wordiness(value) > 0.4) return 'a call';
  if (/^\/[\w/:.{}-]+$/.test(value) && wordiness(value) > 0.4) return 'a path';
  if (/^(?:very|my|your|some|the|this|super|a)[-_]?(?:\w{0,12}[-_]?)?(?:secret|token|password|passphrase|apikey)/i.test(value)) return 'a stand-in';
  if (/^[a-z]{2,12}\d{0,2}(?:_[a-z]{2,12}){0,2}_(?:pw|pwd|pass|passwd|password|passphrase|secret|token|key)\d?$/.test(value)) return 'the name of a secret';
  if (/\\[dwsbDWS.[\]]|\(\?[:=!<]|\[\^|\[a-z|\[A-Z|\[0-9/.test(value)) return 'a pattern';
  if (/^[x*!]?:\d+:/.test(value)) return 'a line of an account file';
  if (/^(?:\\{1,2}x[0-9a-f]{2})+$/i.test(value)) return 'bytes';
  if (/^[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){2,}$/.test(value) && wordiness(value) > 0.25) return 'a constant';
  return undefined;
}

/** Names of code: `getAccessToken`, `my-access-token`, `ACCESS_TOKEN`, `com.example.Token`. */
export function isIdentifier(value: string): boolean {
  return /^[@#.]?[A-Za-z_$][\w$]*(?:[-.:/][\w$]+)*$/.test(value) && wordiness(value) >= 0.6;
}

/** Sentences and labels: more than one word with spaces, most of them words. */
export function isProse(value: string): boolean {
  const parts = value.trim().split(/\s+/);
  if (parts.length < 2) return false;
  const words = parts.filter((part) => /^[^A-Za-z0-9]*[A-Za-z][a-z']*[^A-Za-z0-9]*$/.test(part) && (part.length < 4 || soundsEnglish(part)));
  return parts.length >= 4 || words.length * 2 >= parts.length || wordsOf(value).length === 0;
}
