import type { Rule, Sample, TokenType } from '../../model/index.ts';
import { CONTEXT_BYTES } from '../validator.ts';
import type { ContextLine } from './context-line.ts';
import { readShape } from './read-shape.ts';

/** Name of the one validator that judges every line of the table. */
export const CONTEXT_VALIDATOR = 'context-value';

/** How far a word may stand before its value: on the same line, and in characters of each line between. */
const SAME_LINE = 80;
const NEXT_LINE = 60;
const LINES_BETWEEN = 2;
const REACH = SAME_LINE + LINES_BETWEEN * (NEXT_LINE + 2);
/** How far the other parts of a credential may stand from it. */
const COMPANION_BYTES = 1_024;
const CWE = 'https://cwe.mitre.org/data/definitions/798.html';

/** One line of the table as a rule like any other. Throws an Error that says what is wrong with its shape. */
export function contextRule(line: ContextLine): Rule {
  const shape = readShape(line.shape);
  const words = [line.near ?? line.named ?? []].flat();
  const value = shape.isUpper ? `(?<upper>${shape.pattern})` : shape.pattern;
  const after = [...'.=:'].filter((mark) => line.shape.replace(/:\d/g, '').includes(mark)).join('');
  const gap = line.near === undefined ? `[^\\r\\n]{0,${SAME_LINE}}?` : `[^\\r\\n]{0,${SAME_LINE}}?(?:\\r?\\n[^\\r\\n]{0,${NEXT_LINE}}?){0,${LINES_BETWEEN}}?`;
  return {
    id: line.id,
    issuer: line['issuer-id'] ?? issuerId(line.issuer),
    issuerName: line.issuer,
    name: `${line.issuer} ${line.what}`,
    tokenType: typeOf(line.what),
    lifetime: 'persistent',
    pattern: `(?<${line.near === undefined ? 'named' : 'near'}>${words.map(wordPattern).join('|')})(?<gap>${gap})(?<=[=:"'\`\\s>(,])(?<secret>${value})(?![\\w+/\\-${after}]|\\.[\\w\\-])`,
    flags: 'i',
    anchors: [...new Set(words.flatMap(spellings))],
    anchorClass: 'context',
    windowBefore: 0,
    windowAfter: (line.near === undefined ? SAME_LINE : REACH) + longest(line.shape) + CONTEXT_BYTES,
    validator: CONTEXT_VALIDATOR,
    confidence: 'medium',
    publicPrefix: '',
    companions: Object.entries(line.with ?? {}).map(([name, rule]) => ({ name, rule, withinBytes: COMPANION_BYTES, required: false })),
    priority: -10,
    companionOnly: false,
    opens: `What the ${line.issuer} account behind it may do: its data, its quota and its bill.`,
    revokeByHand: `Sign in to ${line.issuer}, find the ${line.what} among its keys and integrations, delete it there and make a new one.`,
    references: [line.see ?? CWE],
    since: '0.1.0',
    ...samples(line, words[0] ?? '', shape.recipe),
  };
}

/** The id of an issuer in rule files: its name in lower case, with a dash for everything that is no letter or digit. */
export function issuerId(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

function typeOf(what: string): TokenType {
  if (/passw|passphrase/i.test(what)) return 'password';
  if (/secret$/i.test(what)) return 'client-secret';
  if (/private key/i.test(what)) return 'private-key';
  return /token/i.test(what) ? 'access-token' : 'api-key';
}

/** `app center` also as appcenter, app_center, App-Center and app.center. */
function wordPattern(word: string): string {
  return word.replace(/\./g, '\\.').replace(/ /g, '[ _.\\-]?');
}

function spellings(word: string): readonly string[] {
  return word.split(' ').reduce<readonly string[]>((heads, part, index) => (index === 0 ? [part] : heads.flatMap((head) => ['', ' ', '_', '.', '-'].map((mark) => head + mark + part))), []);
}

function longest(shape: string): number {
  return [...shape.matchAll(/uuid|:(?:\d+-)?(\d+)/g)].reduce((sum, [part, length]) => sum + (part === 'uuid' ? 36 : Number(length)), shape.length);
}

/** The same scheme for every line: a setting and a section (or code) that hold one; a name that says otherwise and a stand-in that do not. */
function samples(line: ContextLine, word: string, recipe: string): { readonly examples: readonly Sample[]; readonly nearMisses: readonly Sample[] } {
  const name = `${word}_${line.what}`.replace(/[^A-Za-z0-9]+/g, '_');
  const second = line.near === undefined ? `const ${camel(name)} = '{}';` : `# ${line.issuer} (${word})\ntoken: "{}"\n`;
  return {
    examples: [
      { recipe, seed: 0, in: `${name.toUpperCase()}={}` },
      { recipe, seed: 1, in: second },
    ],
    nearMisses: [
      { recipe, seed: 0, in: `${word.replace(/[^a-z0-9]+/g, '_')}_checksum = "{}"`, why: 'the name says checksum' },
      { recipe: `your-${word.replace(/[ .]/g, '-')}-key-here`, seed: 1, in: `${name.toUpperCase()}={}`, why: 'a stand-in' },
    ],
  };
}

function camel(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
