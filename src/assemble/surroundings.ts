import { CODEOWNERS_PATHS, MAX_CODEOWNERS_BYTES, readCodeowners, type CodeOwners } from '../lib/codeowners.ts';
import { DEFAULT_ENVIRONMENTS } from '../lib/environments.ts';
import { nameMatcher, pathMatcher, type Matcher } from '../lib/glob.ts';
import { pathOf, type Credential, type DeclaredToken, type Environments, type Introspection, type Occurrence, type Origin, type OwnerEntry, type PlaceFacts, type PlaceOwners, type Promotion, type RememberedToken, type RepositoryFacts, type Repository, type SourceOptions, type Surroundings, type TokenEntry, type WorkflowSecret } from '../model/index.ts';
import type { Surround } from '../audit.ts';
import { workflowSecrets } from './workflow-secrets.ts';
import { fileAt, homeOf, readTexts, type Home } from '../sources/index.ts';

export interface SurroundSetup {
  /** Absent: known by the names of folders and files. */
  readonly environments?: Environments;
  readonly owners: readonly OwnerEntry[];
  /** Where the configuration stands, for people. */
  readonly configuration: string;
  /** Absent: no tokens are declared. */
  readonly tokens?: readonly TokenEntry[];
  /** What earlier runs knew of findings, by id; undefined where nobody remembers anything. */
  readonly remembered: (ids: readonly string[]) => Promise<ReadonlyMap<string, RememberedToken> | undefined>;
  readonly promotion?: Gate;
  /** Whose CODEOWNERS file counts where a change is judged: the base commit's, never the change's own. */
  readonly base?: { readonly repository: Repository; readonly commit: string };
  readonly source: SourceOptions;
}

/** `audit --promote`: each side is a target (its root) or an environment. */
export interface Gate extends Promotion {
  /** Absent: `from` is an environment. */
  readonly fromPlace?: Side;
  readonly toPlace?: Side;
}

/** See `sideAt`. */
export interface Side {
  readonly root: string;
  readonly scope: string;
}

/** Gathers for every credential what its checks may know beside the issuer's answer; see `Surroundings`. */
export function setUpSurroundings(setup: SurroundSetup): Surround {
  const environmentOf = environmentFinder(setup.environments ?? DEFAULT_ENVIRONMENTS);
  const owned = setup.owners.map(({ path, rule, issuer, owner }, index) => ({ path: matcher(path, pathMatcher), rule: matcher(rule, nameMatcher), issuer: matcher(issuer, nameMatcher), names: [owner], source: `${setup.configuration}: owners[${index}]` })).reverse();
  const declarationOf = setup.tokens === undefined ? undefined : declarationFinder(setup.tokens);
  const { promotion } = setup;

  return async ({ credentials, ids, readAgain, repositories }) => {
    const remembered = await setup.remembered(ids);
    const roots = rootsOf(credentials, readAgain);
    const codeowners = await readAllCodeowners(setup, roots);
    const workflows = new Map<string, readonly WorkflowSecret[]>();
    for (const root of roots) workflows.set(root, await workflowSecrets(root, setup.source));
    const placeOf = (origin: Origin, { rule, issuer }: Credential): PlaceFacts => {
      const there = readAgain.get(origin);
      const environment = origin.kind === 'issuer' ? 'none' : environmentOf(pathOf(origin));
      const branch = there === undefined || (origin.kind !== 'file' && origin.kind !== 'staged') ? undefined : branchOf(there, repositories);
      const given = owned.find((entry) => entry.path(pathOf(there?.origin ?? origin)) && entry.rule(rule.id) && entry.issuer(issuer));
      const side = promotion === undefined ? undefined : sideOf(promotion, there, environment);
      return {
        environment,
        owners: given === undefined ? codeownersAt(there, codeowners, setup.configuration) : { names: given.names, from: 'configuration', source: given.source },
        ...(branch === undefined ? {} : { branch }),
        ...(side === undefined ? {} : { side }),
      };
    };
    return ({ id, credential, introspection }): Surroundings => {
      const known = remembered?.get(id);
      const taken = [...rootsOf([credential], readAgain)].flatMap((root) => workflows.get(root) ?? []);
      return {
        places: credential.occurrences.map(({ origin }) => placeOf(origin, credential)),
        ...(remembered === undefined ? {} : memoryOf(known)),
        ...(declarationOf === undefined ? {} : { declaration: declarationOf(credential, introspection) }),
        ...(taken.length === 0 ? {} : { workflowSecrets: taken }),
        ...(promotion === undefined ? {} : { promotion: { from: promotion.from, to: promotion.to } }),
      };
    };
  };
}

function memoryOf(known: RememberedToken | undefined): Surroundings {
  return {
    firstSeenAt: known?.firstSeenAt ?? 'this-run',
    lastAnswerAt: known?.lastAnswerAt ?? 'never',
    recordedScopes: known?.recordedScopes ?? 'none',
    attestation: known?.attestation === undefined || known.attestation.revoked === true ? 'none' : known.attestation,
    ...(known?.earlierUse === undefined ? {} : { earlierUse: known.earlierUse }),
  };
}

/** The first environment whose paths hold it, in the order of the configuration; `none` is outside of all. */
function environmentFinder(environments: Environments): (path: string) => string {
  const all = Object.entries(environments).map(([name, paths]) => [name, paths.map(pathMatcher)] as const);
  const known = new Map<string, string>();
  return (path) => {
    const old = known.get(path);
    if (old !== undefined) return old;
    const found = all.find(([, matchers]) => matchers.some((fits) => fits(path)))?.[0] ?? 'none';
    known.set(path, found);
    return found;
  };
}

function matcher(pattern: string | undefined, compile: (pattern: string) => Matcher): Matcher {
  return pattern === undefined ? () => true : compile(pattern);
}

function branchOf({ target }: Occurrence, repositories: ReadonlyMap<string, RepositoryFacts>): string | undefined {
  return repositories.get(target)?.branch;
}

function sideOf({ from, to, fromPlace, toPlace }: Gate, there: Occurrence | undefined, environment: string): 'from' | 'to' | undefined {
  const lies = (name: string, place: Side | undefined): boolean => (place === undefined ? environment === name : there !== undefined && isInside(there, place));
  return lies(from, fromPlace) ? 'from' : lies(to, toPlace) ? 'to' : undefined;
}

function isInside({ target, origin }: Occurrence, { root, scope }: Side): boolean {
  if (target !== root) return false;
  const path = pathOf(origin);
  return scope === '' || path === scope || path.startsWith(`${scope}/`) || path.startsWith(`${scope}!/`);
}

/** The entry that means this token. What only its issuer knows of it counts once the issuer says it. */
function declarationFinder(tokens: readonly TokenEntry[]): (credential: Credential, introspection: Introspection) => DeclaredToken | 'undeclared' {
  const entries = tokens.map((token, index) => ({ token, index, rule: matcher(token.rule, nameMatcher), issuer: matcher(token.issuer, nameMatcher) }));
  return (credential, introspection) => {
    const facts = introspection.status === 'active' ? introspection.facts : {};
    const says = (wanted: string | undefined, is: string | undefined): boolean => wanted === undefined || wanted === is;
    const hit = entries.find(
      ({ token, rule, issuer }) =>
        says(token.fingerprint, credential.fingerprint) &&
        says(token.tokenId, facts.tokenId) &&
        says(token.name, facts.name) &&
        says(token.identity, facts.sub) &&
        rule(credential.rule.id) &&
        (issuer(credential.issuer) || (introspection.store !== undefined && issuer(introspection.store))),
    );
    if (hit === undefined) return 'undeclared';
    const { purpose, owner, scopes, environments, use } = hit.token;
    return { purpose, owner, place: `tokens[${hit.index}]`, ...(scopes === undefined ? {} : { scopes }), ...(environments === undefined ? {} : { environments }), ...(use === undefined ? {} : { use }) };
  };
}

/** A CODEOWNERS file that was read: who owns a path below the root, and what the file is called. */
interface Book {
  readonly ownersOf: (path: string) => CodeOwners | undefined;
  readonly name: string;
}

/** Of the targets in which the credentials lie. */
function rootsOf(credentials: readonly Credential[], readAgain: ReadonlyMap<Origin, Occurrence>): ReadonlySet<string> {
  return new Set(credentials.flatMap(({ occurrences }) => occurrences.flatMap(({ origin }) => readAgain.get(origin)?.target ?? [])));
}

/** The file of every target that holds one of the credentials, by its root. Targets without one have no entry. */
async function readAllCodeowners(setup: SurroundSetup, roots: ReadonlySet<string>): Promise<ReadonlyMap<string, Book>> {
  const books = new Map<string, Book>();
  for (const root of roots) {
    const book = await readBook(setup, root);
    if (book !== undefined) books.set(root, book);
  }
  return books;
}

async function readBook({ base, source }: SurroundSetup, root: string): Promise<Book | undefined> {
  const home = homeAt(root);
  const isBase = base !== undefined && home?.repository?.gitDir === base.repository.gitDir;
  const bare = home?.repository !== undefined && home.repository.workTree === undefined;
  for (const name of CODEOWNERS_PATHS) {
    const text = isBase || bare ? await textAt(home?.repository, isBase ? base.commit : 'HEAD', name, source) : await textOnDisk(root, name, source);
    if (text !== undefined) return { ownersOf: readCodeowners(text), name };
  }
  return undefined;
}

function homeAt(root: string): Home | undefined {
  try {
    return homeOf(root);
  } catch {
    return undefined; // A target that is a single file, or is gone: it has no such file.
  }
}

async function textAt(repository: Repository | undefined, commit: string, path: string, { environment }: SourceOptions): Promise<string | undefined> {
  if (repository === undefined) return undefined;
  const bytes = await fileAt(repository, commit, path, MAX_CODEOWNERS_BYTES, environment);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

async function textOnDisk(root: string, path: string, { environment }: SourceOptions): Promise<string | undefined> {
  for await (const text of readTexts(root, [{ kind: 'file', path }], MAX_CODEOWNERS_BYTES, environment)) return text;
  return undefined;
}

function codeownersAt(there: Occurrence | undefined, books: ReadonlyMap<string, Book>, configuration: string): PlaceOwners {
  const book = there === undefined ? undefined : books.get(there.target);
  const owners = book === undefined || there === undefined ? undefined : book.ownersOf(pathOf(outermost(there.origin)));
  if (book === undefined || owners === undefined) return { names: [], from: 'nowhere', source: `${book === undefined ? 'no CODEOWNERS file' : book.name} and owners: of ${configuration}` };
  return { names: owners.names, from: 'codeowners', source: `${book.name}:${owners.line}` };
}

/** What lies in an archive belongs to whom the archive belongs. */
function outermost(origin: Origin): Origin {
  return origin.kind === 'member' ? outermost(origin.archive) : origin;
}
