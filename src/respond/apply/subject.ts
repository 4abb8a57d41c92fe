import { leavesAlive } from '../../model/index.ts';
import type { Action, Introspection, Mutation } from '../../model/index.ts';
import type { Credential } from '../../model/index.ts';
import { findAgain } from './find-again.ts';
import { hiding, nameOf } from './hidden.ts';
import type { ApplyDeps } from './types.ts';

/** What an action is about, and how its issuer is reached: with the secret, or by the issuer's id. Nothing here throws. */
export interface Subject {
  readonly ask: () => Promise<Introspection>;
  readonly mutate: () => Promise<Mutation>;
  /** For people. */
  readonly how: string;
  /** Absent where nobody has the secret. */
  readonly credential?: Credential;
  /** As which it is carried out: with another method, where the secret is gone. */
  readonly action: Action;
}

type SubjectDeps = Pick<ApplyDeps, 'readAgain' | 'findSecret' | 'given' | 'signal' | 'ask' | 'mutate' | 'byId' | 'now'>;

/** The secret read again; where no place holds it any more, the issuer's own id of the token, if that is enough. */
export async function subjectOf(action: Action, deps: SubjectDeps): Promise<Subject | { readonly reason: string }> {
  if (action.through === 'id') return byId(action, deps) ?? { reason: action.tokenId === undefined ? 'the plan names no id of the token' : 'no store is configured that could be told by its id' };
  const found = await findAgain(action, deps);
  if ('credential' in found) return bySecret(found.credential, action, deps);
  if (action.byId === undefined) return found;
  const { method, reversible, sideEffects } = action.byId;
  // What a list says of identity and scopes need not read like the token's own answer; its id is what tells it.
  const { identity: _, scopes: __, ...rest } = action;
  // What is to go on living is never revoked instead.
  if (leavesAlive(action)) return found;
  return byId({ ...rest, kind: 'revoke', method, reversible, sideEffects, through: 'id' }, deps) ?? found;
}

function bySecret(credential: Credential, action: Action, deps: SubjectDeps): Subject {
  const hide = hiding(credential);
  return {
    credential,
    action,
    how: 'the secret is still there',
    ask: async () => asked(async () => hide(await deps.ask(credential, action)), action, deps),
    mutate: async () => sent(async () => hide(await deps.mutate(credential, action))),
  };
}

function byId(action: Action, deps: SubjectDeps): Subject | undefined {
  const { byId: door } = deps;
  if (door === undefined || action.tokenId === undefined) return undefined;
  return { action, how: 'the secret is not needed, as the store knows the token by its id', ask: async () => asked(() => door.ask(action), action, deps), mutate: async () => sent(() => door.mutate(action)) };
}

/** Trouble of the asker is an answer too: it is not known. */
async function asked(ask: () => Promise<Introspection>, action: Action, { now }: Pick<ApplyDeps, 'now'>): Promise<Introspection> {
  try {
    return await ask();
  } catch (error) {
    return { status: 'unknown', why: 'network', detail: `asking failed (${nameOf(error)})`, at: now(), method: action.method };
  }
}

/** A request whose sending failed may have arrived all the same: that is uncertain, not refused. */
async function sent(send: () => Promise<Mutation>): Promise<Mutation> {
  try {
    return await send();
  } catch (error) {
    return { status: 'uncertain', why: 'network', detail: `sending failed (${nameOf(error)})` };
  }
}
