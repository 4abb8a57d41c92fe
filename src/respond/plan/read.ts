import { WardenError } from '../../model/index.ts';
import type { Plan } from '../../model/index.ts';
import { digestOf } from './digest.ts';
import { bool, instant, list, matching, object, oneOf, positive, tagged, text, whole } from './shape.ts';
import type { Shape } from './shape.ts';

const MAX_CHARACTERS = 64 << 20;
const MAX_DEPTH = 10;
/** A clock may be this much behind the one that made the plan. */
const SKEW_MS = 5 * 60_000;
/** How long a plan may be applied at most, whatever it says of itself. */
export const PLAN_TTL_MS = 86_400_000;

/** An archive lies in an origin too; to a depth that no scan exceeds. */
const ORIGIN: Shape = originTo(MAX_DEPTH);

const READ_AGAIN = list(object({ target: text, origin: ORIGIN, startLine: whole }));

/** One of two shapes, told apart by a truth value. */
const DECISION: Shape = (value, where) => ((value as { readonly automatic?: unknown } | null)?.automatic === true ? object({ automatic: bool, rule: text }) : object({ automatic: bool, held: list(text) }))(value, where);

const ACTION = object(
  {
    id: matching(/^[0-9a-f]{12}$/, 'twelve hex digits'),
    kind: oneOf('revoke', 'deactivate', 'shorten', 'narrow', 'rotate', 'issue'),
    findingId: text,
    fingerprint: text,
    rule: text,
    store: text,
    host: text,
    method: text,
    why: list(text),
    reversible: bool,
    sideEffects: text,
    readAgain: READ_AGAIN,
  },
  {
    identity: text,
    scopes: list(text),
    expiresAt: text,
    lastUsedAt: text,
    tokenId: text,
    through: oneOf('secret', 'id'),
    byId: object({ method: text, reversible: bool, sideEffects: text }),
    places: list(text),
    environments: list(text),
    owners: list(text),
    breakage: list(text),
    cost: object({ requests: whole, perSecond: positive }),
    usable: object({ with: list(oneOf('occurrence', 'given', 'id')), until: instant }),
    exposedSince: instant,
    decision: DECISION,
    until: instant,
    keep: list(text),
    rotation: text,
  },
);

const MANUAL = object(
  { findingId: text, rule: text, why: text, steps: text },
  { references: list(text), owners: list(text), places: list(text), recheck: object({ fingerprint: text, store: text, host: text, readAgain: READ_AGAIN }, { tokenId: text }) },
);

const DIGEST = matching(/^[0-9a-f]{64}$/, 'a SHA-256 digest');

const PLAN = object(
  { schemaVersion: oneOf(1), digest: DIGEST, createdAt: instant, expiresAt: instant, tool: text, actions: list(ACTION), manual: list(MANUAL) },
  { requestedBy: text, respondDigest: DIGEST },
);

/**
 * Reads the text of a plan file. Throws `WardenError`: `PLAN_INVALID` for what is no plan of this version, `PLAN_CHANGED` for
 * one that was edited after it was made. A plan that is out of date still reads, so that it can be shown; see `requireFresh`.
 */
export function readPlan(plan: string): Plan {
  if (plan.length > MAX_CHARACTERS) throw invalid('the file is too big to be a plan');
  let value: unknown;
  try {
    value = JSON.parse(plan.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw invalid('the file is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('the file holds no plan');
  const { schemaVersion, digest } = value as Readonly<Record<string, unknown>>;
  if (schemaVersion === undefined || digest === undefined) throw invalid('the file holds no plan: it has no schemaVersion or no digest');
  if (schemaVersion !== 1) throw invalid(`the plan is of version ${JSON.stringify(schemaVersion).slice(0, 20)}, and this program reads version 1`);
  requireUnchanged(value as Plan);
  const problem = PLAN(value, 'plan');
  if (problem !== undefined) throw invalid(problem);
  const read = value as Plan;
  const bare = read.actions.find(({ kind, until, keep, tokenId, rotation }) => (kind === 'shorten' && (until === undefined || tokenId === undefined)) || (kind === 'narrow' && (keep === undefined || tokenId === undefined)) || (kind === 'rotate' && rotation === undefined));
  if (bare !== undefined) throw invalid(`action ${bare.id} does not say to what it would ${bare.kind} which token`);
  const ids = new Set(read.actions.map(({ id }) => id));
  if (ids.size < read.actions.length) throw invalid('two actions of the plan have the same id');
  return read;
}

/** Throws `PLAN_CHANGED` if the plan is not what its digest was made of. */
export function requireUnchanged(plan: Plan): void {
  let digest: string | undefined;
  try {
    digest = digestOf(plan);
  } catch (cause) {
    throw invalid('the plan cannot be read', cause);
  }
  if (digest !== plan.digest) {
    throw new WardenError('PLAN_CHANGED', 'the plan was changed after it was made: its content does not fit its digest', { hint: 'Nothing was done. Make a new plan with "tokenwarden audit --plan FILE"; a plan cannot be edited.' });
  }
}

/** Throws `PLAN_STALE` if the plan's time is over, or has not come: what it says of the world is not to be relied on. */
export function requireFresh(plan: Plan, now: Date): void {
  const hint = 'Nothing was done. Make a new plan with "tokenwarden audit --plan FILE".';
  if (Date.parse(plan.expiresAt) > Date.parse(plan.createdAt) + PLAN_TTL_MS) throw new WardenError('PLAN_STALE', `the plan gives itself until ${plan.expiresAt}, and a plan is good for 24 hours`, { hint });
  if (now.getTime() >= Date.parse(plan.expiresAt)) throw new WardenError('PLAN_STALE', `the plan was good until ${plan.expiresAt}, and that is past`, { hint });
  if (now.getTime() < Date.parse(plan.createdAt) - SKEW_MS) throw new WardenError('PLAN_STALE', `the plan was made at ${plan.createdAt}, which is still to come`, { hint });
}

/** The text of a plan file. */
export function writePlan(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

function originTo(depth: number): Shape {
  return tagged('kind', {
    file: object({ kind: text, path: text }),
    commit: object({ kind: text, blob: text, path: text, reachable: bool }, { commit: text, author: text, committedAt: text }),
    message: object({ kind: text, object: text, objectType: oneOf('commit', 'tag') }),
    staged: object({ kind: text, blob: text, path: text }),
    log: object({ kind: text, name: text }, { job: text, step: text }),
    member: object({ kind: text, path: text, archive: depth === 0 ? (_, where) => `${where}: archives lie too deep in one another` : originTo(depth - 1) }),
    stdin: object({ kind: text }),
    url: object({ kind: text, url: text }),
  });
}

function invalid(message: string, cause?: unknown): WardenError {
  return new WardenError('PLAN_INVALID', message, { hint: 'A plan is written by "tokenwarden audit --plan FILE".', ...(cause === undefined ? {} : { cause }) });
}
