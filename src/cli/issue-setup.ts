import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setUpIssuers, type Issuers } from '../assemble/index.ts';
import { parseDuration } from '../lib/duration.ts';
import type { Secret } from '../model/index.ts';
import { issueStorage, openLedger, type IssueGrant, type IssueStorage, type IssuingDoor, type Ledger } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';
import { anchorAll } from './anchors.ts';
import { closeAll, type Close } from './closing.ts';
import type { Io } from './io.ts';
import { issuerSetup } from './pipeline.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

export interface IssueSetup {
  readonly ledger: Ledger;
  readonly door: Omit<IssuingDoor, 'unseal'> & { readonly unseal: (store: string, id: string, sealed: string, makeSecret?: (value: string) => Secret) => Secret | undefined };
  readonly issuers: Issuers;
  readonly storage: IssueStorage;
  readonly makeSecret: (value: string) => Secret;
  readonly close: () => Promise<void>;
}

/** Opens ledger, storage and the door to the stores of these ids only: others' credentials are not even read. */
export async function setUpIssue(settings: Settings, io: Io, storeIds: readonly string[], say: (line: string) => void): Promise<IssueSetup> {
  const { stateDir } = settings;
  makeStateDirectory(stateDir);
  const closing: Close[] = [];
  try {
    const ledger = await openLedger(STATE_FILES.ledger(stateDir), { now: io.now, run: randomUUID(), actor: io.actor, warnings: io.warnings });
    closing.push(ledger.close, () => anchorAll(ledger, settings, io, (line) => say(line.trimEnd())));
    const storage = issueStorage(join(stateDir, 'issued'), io.warnings);
    // No signal: what was sent to make or to end a credential is waited for.
    const setup = issuerSetup(settings, io, ledger.append, new AbortController().signal);
    const issuers = await setUpIssuers({ ...setup, stores: setup.stores.filter(({ id }) => storeIds.includes(id)) });
    closing.push(issuers.close);
    return { ledger, door: issuers.issuing(), issuers, storage, makeSecret: issuers.makeSecret, close: () => closeAll(closing) };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** `grants:` as the response knows them. */
export function grantsOf({ grants }: Settings): readonly IssueGrant[] {
  return grants.map(({ store, identities, scopes, environments, with: parameters = {}, 'max-ttl': ttl }) => ({ store, identities, scopes, maxTtlMs: parseDuration(ttl), ...(environments === undefined ? {} : { environments }), parameters }));
}

/** Variables that hold credentials of our own: no command gets them. */
export function ownVariables({ stores, grants }: Settings): ReadonlySet<string> {
  const ofStores = stores.flatMap(({ auth }) => Object.entries(auth ?? {}).flatMap(([key, name]) => (key.endsWith('-env') ? [name as string] : [])));
  const ofGrants = grants.flatMap(({ with: parameters = {} }) => Object.entries(parameters).flatMap(([key, name]) => (key.endsWith('-env') ? [name] : [])));
  return new Set([...ofStores, ...ofGrants, 'TOKENWARDEN_FINGERPRINT_KEY']);
}
