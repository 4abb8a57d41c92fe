import { endOfDay } from '../../lib/day.ts';
import { DEFAULT_ENVIRONMENTS } from '../../lib/environments.ts';
import { nameMatcher } from '../../lib/glob.ts';
import { nearest, listOf } from '../../lib/nearest.ts';
import type { ConfigFile, StoreConfig } from '../config-file.ts';
import { nameOf } from './explain-errors.ts';
import type { Path, Position } from '../../lib/parse-yaml.ts';
import { textsBelow } from './named-texts.ts';
import { shownKey, type Problem } from './problem.ts';

/** What a schema cannot say: URLs, expressions and dates that are none, ids given twice, names of nothing. */
export function checkMeaning(config: ConfigFile, positionOf: (path: Path) => Position, storeTypes: readonly string[], fileOf?: (path: Path) => string): readonly Problem[] {
  const problems: Problem[] = [];
  const wrong = (path: Path, code: string, message: string, hint?: string): void => {
    problems.push({ at: positionOf(path), ...(fileOf === undefined ? {} : { file: fileOf(path) }), code, message: `${nameOf(path)}: ${message}`, ...(hint === undefined ? {} : { hint }) });
  };

  const stores = config.stores ?? [];
  for (const [index, store] of stores.entries()) {
    const path = ['stores', index];
    const first = stores.findIndex((other) => other.id === store.id);
    if (first < index) wrong([...path, 'id'], 'CONFIG_DUPLICATE_STORE', `the id is already taken by stores[${first}]`, 'give each store its own id');
    checkUrls(store, path, wrong);
    for (const name of Object.keys(store.endpoints ?? {})) {
      const short = name.replace(/_endpoint$/, '');
      if (short !== name && store.endpoints?.[short] !== undefined) wrong([...path, 'endpoints', name], 'CONFIG_WRONG_VALUE', `means the same as ${short}`, 'give one of them');
    }
    for (const [position, claim] of store.claims.entries()) {
      if (claim.pattern !== undefined && !isRegularExpression(claim.pattern)) {
        wrong([...path, 'claims', position, 'pattern'], 'CONFIG_WRONG_VALUE', 'not a valid JavaScript regular expression');
      }
    }
  }

  const ids = [...new Set([...storeTypes, ...stores.map((store) => store.id)])];
  for (const list of ['allow', 'deny'] as const) {
    for (const [index, id] of (config.verify?.[list] ?? []).entries()) {
      if (ids.includes(id)) continue;
      const meant = nearest(id, ids);
      wrong(['verify', list, index], 'CONFIG_UNKNOWN_ISSUER', `no issuer or store is called ${shownKey(id)}, expected ${listOf(ids, 60)}`, meant === undefined ? undefined : `did you mean \`${meant}\`?`);
    }
  }

  for (const [index, entry] of (config.coverage?.accept ?? []).entries()) {
    if (endOfDay(entry.expires) === undefined) wrong(['coverage', 'accept', index, 'expires'], 'CONFIG_WRONG_VALUE', 'there is no such day, expected a date, YYYY-MM-DD');
  }
  checkTokens(config, wrong);
  checkEnvironments(config, wrong);
  checkRespond(config, wrong);
  return problems;
}

type Wrong = (path: Path, code: string, message: string, hint?: string) => void;

/** An entry that names no token would permit a whole kind by mistake. */
function checkTokens({ tokens = [] }: ConfigFile, wrong: Wrong): void {
  for (const [index, token] of tokens.entries()) {
    if ([token.fingerprint, token['token-id'], token.name, token.identity].every((part) => part === undefined)) {
      wrong(['tokens', index], 'CONFIG_MISSING_KEY', 'says of no token that it means it, expected fingerprint, token-id, name or identity', 'a report names the fingerprint of each finding, and what its issuer calls it');
    }
  }
}

/** People who would count twice, freezes that end before they begin, approvals that nobody could give. */
function checkRespond({ respond }: ConfigFile, wrong: Wrong): void {
  const people = respond?.people ?? [];
  for (const [index, { name, key }] of people.entries()) {
    if (people.findIndex((other) => other.name === name) < index) wrong(['respond', 'people', index, 'name'], 'CONFIG_WRONG_VALUE', 'the name is already taken', 'give each person one entry');
    if (people.findIndex((other) => other.key === key) < index) wrong(['respond', 'people', index, 'key'], 'CONFIG_WRONG_VALUE', 'the key is already somebody else\'s', 'one person with two names could approve alone: give each person a key of their own');
  }
  const needed = Math.max(respond?.approvals?.required ?? 0, respond?.approvals?.['four-eyes'] === true ? 2 : 0);
  if (needed > people.length) wrong(['respond', 'approvals'], 'CONFIG_WRONG_VALUE', `nobody could ever approve: it takes ${needed} people, and respond.people names ${people.length}`, '"tokenwarden plan keygen" makes a key for each');
  const rules = respond?.rules ?? [];
  for (const [index, { name }] of rules.entries()) {
    if (rules.findIndex((other) => other.name === name) < index) wrong(['respond', 'rules', index, 'name'], 'CONFIG_WRONG_VALUE', 'the name is already taken', 'the ledger tells rules apart by their names');
  }
  for (const [index, { from, to }] of (respond?.freeze ?? []).entries()) {
    for (const [key, day] of [['from', from], ['to', to]] as const) if (endOfDay(day) === undefined) wrong(['respond', 'freeze', index, key], 'CONFIG_WRONG_VALUE', 'there is no such day, expected a date, YYYY-MM-DD');
    if (to < from) wrong(['respond', 'freeze', index, 'to'], 'CONFIG_WRONG_VALUE', 'it ends before it begins');
  }
}

/** Environments that nobody has heard of: a condition with a typing error would hold for nothing in silence. */
function checkEnvironments(config: ConfigFile, wrong: Wrong): void {
  const known = [...Object.keys(config.environments ?? DEFAULT_ENVIRONMENTS), 'none'];
  const promoted = config.policy?.['promoted'];
  const apart = typeof promoted === 'object' && promoted !== null && 'apart' in promoted && Array.isArray(promoted.apart) ? (promoted.apart as readonly string[]) : [];
  const named = [
    ...apart.map((text, position) => ({ path: ['policy', 'promoted', 'apart', position], text })),
    ...textsBelow(config.policy, 'environment', ['policy']),
    ...textsBelow(config.respond?.rules, 'environment', ['respond', 'rules']),
    ...textsBelow(config.respond?.protect, 'environment', ['respond', 'protect']),
    ...(config.respond?.production ?? []).map((text, position) => ({ path: ['respond', 'production', position], text })),
    ...(config.tokens ?? []).flatMap(({ environments = [] }, index) => environments.map((text, position) => ({ path: ['tokens', index, 'environments', position], text }))),
  ];
  for (const { path, text } of named) {
    if (known.some(nameMatcher(text))) continue;
    const meant = nearest(text, known);
    wrong(path, 'CONFIG_UNKNOWN_ENVIRONMENT', `no environment is called ${shownKey(text)}, expected ${listOf(known, 20)}`, meant === undefined ? undefined : `did you mean \`${meant}\`?`);
  }
}

function checkUrls(store: StoreConfig, path: Path, wrong: (path: Path, code: string, message: string, hint?: string) => void): void {
  const urls: [Path, string][] = [[[...path, 'url'], store.url], ...Object.entries(store.endpoints ?? {}).map(([name, url]): [Path, string] => [[...path, 'endpoints', name], url])];
  for (const [at, text] of urls) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) wrong(at, 'CONFIG_WRONG_VALUE', 'not a valid URL, expected an absolute https URL');
    else if (url.username !== '' || url.password !== '') wrong(at, 'CONFIG_WRONG_VALUE', 'a URL must not carry a user name or password', 'use `auth` with names of environment variables');
    else if (url.hash !== '' || (url.search !== '' && /^https?:$/.test(url.protocol))) wrong(at, 'CONFIG_WRONG_VALUE', 'a URL of a store has no query and no fragment');
    else if (url.protocol === 'http:' && store['allow-private'] !== true) {
      wrong(at, 'CONFIG_WRONG_VALUE', 'plain http would carry tokens in clear, expected https', 'for a store on this machine or a private network set `allow-private: true`');
    }
  }
}

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`) instanceof RegExp;
  } catch {
    return false;
  }
}
