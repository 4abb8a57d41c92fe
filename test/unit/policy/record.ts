import { Secret } from '../../../src/model/index.ts';
import type { ActiveFacts, Credential, Introspection, Location, OfflineFacts, Origin, PolicyRecord, Role, Rule, Surroundings } from '../../../src/model/index.ts';

/** A place in a policy table: a path, or the parts of an origin. */
export type PlaceRow =
  | string
  | { readonly kind?: 'file' | 'commit' | 'staged' | 'message' | 'log' | 'member' | 'url'; readonly path?: string; readonly name?: string; readonly archive?: PlaceRow; readonly role?: Role; readonly author?: string; readonly committedAt?: string; readonly plainHosts?: readonly string[] };

/** The pieces of a record as the tables in `fixtures/policy` write them; dates are RFC 3339 texts, `garbled` an invalid one. */
export interface RecordRow {
  readonly rule?: Partial<Rule>;
  readonly introspection?: { readonly status: string; readonly facts?: Readonly<Record<string, unknown>>; readonly why?: string; readonly detail?: string; readonly reason?: string };
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly places?: readonly PlaceRow[];
  readonly surroundings?: Readonly<Record<string, unknown>>;
}

export const NOW = new Date('2026-11-22T12:00:00.000Z');

export function ruleOf(parts: Partial<Rule> = {}): Rule {
  return {
    id: 'example-token',
    issuer: 'example',
    issuerName: 'Example',
    name: 'Example token',
    tokenType: 'access-token',
    lifetime: 'persistent',
    pattern: 'x',
    flags: '',
    anchors: ['exa_'],
    anchorClass: 'shaped',
    windowBefore: 0,
    windowAfter: 64,
    confidence: 'high',
    publicPrefix: 'exa_',
    companions: [],
    priority: 0,
    companionOnly: false,
    opens: 'Everything that its owner may open.',
    revokeByHand: 'Settings, Tokens, Revoke.',
    references: ['https://example.com/tokens'],
    since: '0.1.0',
    examples: [],
    nearMisses: [],
    ...parts,
  };
}

export function credentialOf(row: RecordRow = {}, value = 'exa_value', fingerprint = 'tw1:00000000000000000000000000000001'): Credential {
  const rule = ruleOf(row.rule);
  return {
    fingerprint,
    rule,
    issuer: rule.issuer,
    secret: new Secret(value, fingerprint, 'exa_****'),
    companions: [],
    confidence: rule.confidence,
    ...(row.facts === undefined ? {} : { facts: dated(row.facts) as OfflineFacts }),
    entropyBits: 120,
    features: {},
    hosts: [],
    occurrences: (row.places ?? ['config.yml']).map(locationOf),
  };
}

export function introspectionOf(row: RecordRow['introspection'] = { status: 'active' }): Introspection {
  const base = { at: NOW, method: 'test:ask', store: 'example-store', host: 'issuer.example' };
  if (row.status === 'active') return { ...base, status: 'active', facts: dated(row.facts ?? {}) as ActiveFacts };
  return { ...base, ...row } as Introspection;
}

export function recordOf(row: RecordRow): PolicyRecord {
  return { credential: credentialOf(row), introspection: introspectionOf(row.introspection), ...(row.surroundings === undefined ? {} : { surroundings: dated(row.surroundings) as Surroundings }) };
}

function locationOf(row: PlaceRow): Location {
  return { origin: originOf(row), region: { startLine: 3, startColumn: 9, endLine: 3, endColumn: 49 }, role: typeof row === 'string' ? 'text' : (row.role ?? 'text'), ...(typeof row === 'string' || row.plainHosts === undefined ? {} : { plainHosts: row.plainHosts }) };
}

function originOf(row: PlaceRow): Origin {
  if (typeof row === 'string') return { kind: 'file', path: row };
  const path = row.path ?? 'x';
  switch (row.kind ?? 'file') {
    case 'commit':
      return { kind: 'commit', blob: 'b'.repeat(40), path, commit: 'c'.repeat(40), reachable: true, ...(row.author === undefined ? {} : { author: row.author }), ...(row.committedAt === undefined ? {} : { committedAt: row.committedAt }) };
    case 'staged':
      return { kind: 'staged', blob: 'b'.repeat(40), path };
    case 'message':
      return { kind: 'message', object: 'c'.repeat(40), objectType: 'commit' };
    case 'log':
      return { kind: 'log', name: row.name ?? 'ci.log' };
    case 'member':
      return { kind: 'member', path, archive: originOf(row.archive ?? 'a.zip') };
    case 'url':
      return { kind: 'url', url: 'https://example.com/' };
    default:
      return { kind: 'file', path };
  }
}

/** Texts that look like dates become dates, at any depth; those of `committedAt` stay texts, as the model has them. */
function dated<T>(facts: T): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return value === 'garbled' || /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value;
    if (Array.isArray(value)) return value.map(walk);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)])) : value;
  };
  return walk(facts) as T;
}
