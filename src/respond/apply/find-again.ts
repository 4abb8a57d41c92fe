import { pathOf } from '../../model/index.ts';
import type { Action, Credential } from '../../model/index.ts';
import { nameOf } from './hidden.ts';
import type { ApplyDeps } from './types.ts';

export type FoundAgain = { readonly credential: Credential } | { readonly reason: string };

/** Reads the places of an action in turn until one still holds the secret; what the user gave comes last. */
export async function findAgain(action: Action, deps: Pick<ApplyDeps, 'readAgain' | 'findSecret' | 'given' | 'signal'>): Promise<FoundAgain> {
  const tried: string[] = [];
  for (const occurrence of action.readAgain) {
    if (deps.signal.aborted) return { reason: 'interrupted before it was read' };
    const where = pathOf(occurrence.origin);
    try {
      const credential = await search(await deps.readAgain(occurrence, action), action, deps);
      if (credential !== undefined) return { credential };
      tried.push(`${where} does not hold it any more`);
    } catch (error) {
      tried.push(`${where} cannot be read (${nameOf(error)})`);
    }
  }
  if (deps.given !== undefined) {
    const credential = await search(deps.given, action, deps);
    if (credential !== undefined) return { credential };
    tried.push('what was given is another secret');
  }
  const others = tried.length - 1;
  const [first = 'the plan names no place'] = tried;
  return { reason: `secret no longer readable: ${first}${others > 0 ? `, nor ${others} more ${others === 1 ? 'place' : 'places'}` : ''}` };
}

async function search(bytes: Uint8Array, { fingerprint, rule }: Pick<Action, 'fingerprint' | 'rule'>, deps: Pick<ApplyDeps, 'findSecret'>): Promise<Credential | undefined> {
  const credential = await deps.findSecret(bytes, fingerprint, rule);
  return credential !== undefined && credential.fingerprint === fingerprint && credential.rule.id === rule ? credential : undefined;
}
