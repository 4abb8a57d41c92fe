import type { Check, Issuer, Reporter, Rule } from '../../src/model/index.ts';

/** What a unit's fixtures look like to the test: whether a path of the repository is there, and its text. */
export type Fixtures = (path: string) => string | undefined;

/** The ways of answering that every issuer has to be shown with; bad answers that anybody may give are the contract test's. */
export const EXCHANGES = ['active', 'inactive'] as const;

const VERDICTS = ['pass', 'violation', 'undetermined', 'notApplicable'] as const;
/** What scaffolds write where only a person knows the answer. */
export const LEFT_FROM_SCAFFOLD = /FILL[ -]IN/;

/** A sentence for each thing that an issuer lacks. */
export function gapsOfIssuer(issuer: Issuer, file: string, ruleIds: ReadonlySet<string>, fixtures: Fixtures): readonly string[] {
  const say = sayer(`issuer ${issuer.id}`);
  return [
    ...named(say, issuer.id, file),
    ...described(say, 'name', issuer.name, 2),
    ...(issuer.kinds.length === 0 ? [say('can be asked about no kind')] : []),
    ...issuer.kinds.filter((kind) => kind !== '*' && !ruleIds.has(kind)).map((kind) => say(`names the kind ${kind}, which no rule has`)),
    ...(issuer.introspect === undefined && issuer.revoke === undefined ? [say('can neither be asked nor told')] : []),
    ...(issuer.introspect === undefined ? [] : described(say, 'introspect.method', issuer.introspect.method, 3)),
    ...(issuer.revoke === undefined ? [] : [...described(say, 'revoke.method', issuer.revoke.method, 3), ...described(say, 'revoke.sideEffects', issuer.revoke.sideEffects, 5)]),
    ...described(say, 'proof.reference', issuer.proof.reference, 10),
    ...(issuer.proof.how === 'document' || isShown(issuer, fixtures) ? [] : [say(`says that a real server proves it, but lacks test/e2e/issuers-${issuer.id}.test.ts`)]),
    ...(issuer.introspect === undefined ? [] : EXCHANGES.filter((name) => fixtures(`fixtures/issuers/${issuer.id}/${name}.json`) === undefined).map((name) => say(`lacks fixtures/issuers/${issuer.id}/${name}.json`))),
  ];
}

/** A test of its own; where the server is too slow for every run, there, or in the test of the server that its proof begins with. */
function isShown({ id, proof: { reference } }: Issuer, fixtures: Fixtures): boolean {
  if (fixtures(`test/e2e/issuers-${id}.test.ts`) !== undefined) return true;
  const server = (/^\w+/.exec(reference)?.[0] ?? '').toLowerCase();
  return reference.includes('npm run test:slow') && [id, server].some((name) => fixtures(`test/slow/issuers-${name}.test.ts`)?.includes(`'${id}'`) === true);
}

export function gapsOfCheck(check: Check, file: string, fixtures: Fixtures): readonly string[] {
  const say = sayer(`check ${check.id}`);
  const table = fixtures(`fixtures/policy/${check.id}.json`);
  const rows = table === undefined ? [] : (JSON.parse(table) as readonly { readonly expect: string }[]);
  return [
    ...named(say, check.id, file),
    ...described(say, 'title', check.title, 10),
    ...described(say, 'rationale', check.rationale, 30),
    ...referenced(say, check.references),
    ...(table === undefined ? [say(`lacks fixtures/policy/${check.id}.json`)] : VERDICTS.filter((verdict) => !rows.some((row) => row.expect === verdict)).map((verdict) => say(`has no row that expects ${verdict}`))),
  ];
}

export function gapsOfReporter(reporter: Reporter, file: string, golden: readonly string[]): readonly string[] {
  const say = sayer(`reporter ${reporter.format}`);
  return [
    ...named(say, reporter.format, file),
    ...described(say, 'description', reporter.description, 15),
    ...(golden.some((name) => name.includes(reporter.format) || name.endsWith(`.${reporter.format}`)) ? [] : [say('lacks a golden file in fixtures/report/golden/')]),
  ];
}

export function gapsOfRule(rule: Rule): readonly string[] {
  const say = sayer(`rule ${rule.id}`);
  return [
    ...described(say, 'name', rule.name, 3),
    ...described(say, 'opens', rule.opens, 15),
    ...described(say, 'revoke-by-hand', rule.revokeByHand, 10),
    ...referenced(say, rule.references),
    ...(rule.examples.length < 2 ? [say('has fewer than two examples')] : []),
    ...(rule.nearMisses.length < 2 ? [say('has fewer than two near misses')] : []),
    ...(rule.nearMisses.every((miss) => (miss.why ?? '').length > 2) ? [] : [say('has a near miss that does not say why')]),
    ...(/^\d+\.\d+\.\d+$/.test(rule.since) ? [] : [say(`is there since "${rule.since}", which is no version`)]),
  ];
}

type Say = (what: string) => string;

const sayer = (unit: string): Say => (what) => `${unit} ${what}`;

function named(say: Say, id: string, file: string): readonly string[] {
  return file === `${id}.ts` ? [] : [say(`stands in ${file}; the file is named after the unit`)];
}

function described(say: Say, what: string, text: string, atLeast: number): readonly string[] {
  if (text.trim().length < atLeast) return [say(`has no real ${what}: ${JSON.stringify(text)}`)];
  return LEFT_FROM_SCAFFOLD.test(text) ? [say(`has a ${what} left from its scaffold`)] : [];
}

/** References are documents on the web. */
function referenced(say: Say, references: readonly string[]): readonly string[] {
  if (references.length === 0) return [say('has no reference')];
  return references.filter((reference) => !/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}\//.test(`${reference}/`)).map((reference) => say(`has a reference that cannot be opened: ${JSON.stringify(reference)}`));
}
