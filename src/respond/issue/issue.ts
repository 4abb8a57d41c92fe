import type { Issued, IssuedPart, IssueWish } from '../../model/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { close } from './close.ts';
import { hand } from './deliver.ts';
import { findGrant } from './grants.ts';
import { MIN_MASKED } from './output-mask.ts';
import type { Closed, IssueCall, IssueDeps, IssueResult, Obtained } from './types.ts';

/** Clocks differ, and a ttl begins when the issuer has it. */
const SLACK_MS = 60_000;

/**
 * Obtains a narrow credential, hands it to a command and ends it when the command ends, however that was. Denied unless a
 * grant covers it; each step is in the ledger before it is taken, so that `sweep` finds what a crash left behind. Throws what the
 * ledger throws, having ended what was obtained as well as it could.
 */
export async function issueFor(call: IssueCall, deps: IssueDeps): Promise<IssueResult> {
  const { door, ledger } = deps;
  const { store, identity, scopes, ttlMs, environment } = call;
  const asked = { store, identity, scopes, ttlMs, ...(environment === undefined ? {} : { environment }) };
  const found = findGrant(call, call.grants);
  if ('denied' in found) {
    ledger('issue.denied', { ...asked, why: found.denied });
    return { status: 'denied', detail: found.denied };
  }
  const { host, method, keepsTtl } = door.describe(store, scopes);
  const id = deps.newId();
  const wish: IssueWish = { scopes, ttlSeconds: Math.floor(ttlMs / 1000), name: `tokenwarden-${id}`, parameters: found.grant.parameters, secrets: call.secrets };
  const impossible = door.refuses(store, wish);
  if (impossible !== undefined) {
    ledger('issue.denied', { ...asked, why: impossible });
    return { status: 'refused', detail: impossible };
  }
  const release = await deps.storage.hold(id);
  try {
    ledger('issue.intent', { issue: id, ...asked, host, method, keepsTtl, program: call.program });
    const issued = await door.obtain(store, wish);
    if (issued.status !== 'issued') {
      ledger(issued.status === 'refused' ? 'issue.refused' : 'issue.uncertain', { issue: id, store, detail: issued.detail });
      return { status: issued.status, id, detail: issued.status === 'refused' ? issued.detail : `it is not certain whether a credential was made (${issued.detail}); "tokenwarden issue sweep" looks for it where the issuer can be searched by name` };
    }
    return await withCredential(call, wish, { id, store, parts: issued.parts, ending: issued.ending, held: heldOf(issued), expiresAt: issued.facts.exp instanceof Date ? issued.facts.exp : undefined }, issued, deps);
  } finally {
    release?.();
  }
}

function heldOf({ ending, handle, parts }: Extract<Issued, { readonly status: 'issued' }>): Obtained['held'] {
  const secret = parts.find(({ isSecret }) => isSecret)?.value;
  return { ...(handle === undefined ? {} : { handle }), ...(ending === 'by-secret' && secret !== undefined ? { secret } : {}) };
}

async function withCredential(call: IssueCall, wish: IssueWish, obtained: Obtained, issued: Extract<Issued, { readonly status: 'issued' }>, deps: IssueDeps): Promise<IssueResult> {
  const { id, store, parts, ending, held, expiresAt } = obtained;
  let isTold = ending === 'expires';
  const revoke: IssueDeps['door']['revoke'] = (...order) => {
    isTold = true;
    return deps.door.revoke(...order);
  };
  const end = (): Promise<Closed> => close(obtained, { ...deps, door: { ...deps.door, revoke } });
  try {
    const sealed = held.secret === undefined ? undefined : deps.door.seal(store, id, held.secret);
    if (sealed !== undefined) deps.storage.keep(id, sealed);
    deps.ledger('issue.obtained', { issue: id, store, ending, ...(held.handle === undefined ? {} : { handle: held.handle }), ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }), scopes: issued.facts.scopes ?? [], parts: parts.map(({ name, value, isSecret }) => (isSecret ? { name, fingerprint: value.fingerprint } : { name })), sweepable: ending !== 'by-secret' || sealed !== undefined });
    const wrong = broaderThan(wish, issued, deps.now()) ?? unmaskable(parts) ?? (deps.isStopped() ? 'interrupted before the command began' : undefined);
    if (wrong !== undefined) {
      deps.ledger('issue.withheld', { issue: id, store, why: wrong });
      return { status: 'refused', id, detail: `${wrong}; the command was not started`, closed: await end() };
    }
    const handed = hand(parts, { ...call, defaults: deps.door.describe(store, wish.scopes).variables });
    try {
      deps.ledger('issue.delivered', { issue: id, store, how: call.deliver, variables: Object.keys(handed.variables), program: call.program, ...(handed.folder === undefined ? {} : { folder: handed.folder }) });
      const ended = await deps.run(handed, id);
      handed.destroy();
      const closed = await end();
      deps.ledger('issue.ended', { issue: id, store, ...ended });
      return { status: 'ran', id, ended, closed };
    } finally {
      handed.destroy();
    }
  } finally {
    if (!isTold) await close(obtained, { ...deps, ledger: quietly(deps.ledger) });
  }
}

/** What is broader than it should be, or dead, is not handed out, whoever decided that. */
function broaderThan(wish: IssueWish, { facts }: Extract<Issued, { readonly status: 'issued' }>, now: Date): string | undefined {
  const extra = facts.scopes?.find((scope) => !wish.scopes.includes(scope));
  if (extra !== undefined) return `the issuer gave more than was asked for (${extra})`;
  if (facts.exp === undefined) return 'the issuer does not say when it ends';
  if (facts.exp === 'never') return 'the issuer gave one that never expires';
  const ttlMs = facts.exp.getTime() - now.getTime();
  if (ttlMs <= 0) return `the issuer gave one that ended at ${facts.exp.toISOString()}`;
  return ttlMs > wish.ttlSeconds * 1000 + SLACK_MS ? `the issuer gave it for ${formatDuration(ttlMs)}, and ${formatDuration(wish.ttlSeconds * 1000)} was asked for` : undefined;
}

function unmaskable(parts: readonly IssuedPart[]): string | undefined {
  if (!parts.some(({ isSecret }) => isSecret)) return 'the issuer gave nothing secret';
  const short = parts.find(({ value, isSecret }) => isSecret && value.reveal().length < MIN_MASKED);
  return short === undefined ? undefined : `its part ${short.name} is too short to be masked in what the command prints`;
}

/** On the way out of a ledger that cannot be written, ending the credential comes first. */
function quietly(ledger: IssueDeps['ledger']): IssueDeps['ledger'] {
  return (...line) => {
    try {
      ledger(...line);
    } catch {
      // The error that brought us here is the one that is told.
    }
  };
}

