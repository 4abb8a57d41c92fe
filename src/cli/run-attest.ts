import { randomUUID } from 'node:crypto';
import { refuseSecrets } from '../assemble/index.ts';
import { openInventory } from '../inventory/index.ts';
import { listOf } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { openLedger } from '../respond/ledger/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { cannotBeAsked } from './attested-revocation.ts';
import { reportedFinding } from './reported-finding.ts';
import { inventoryPlace, makeStateDirectory, STATE_FILES } from './state-files.ts';

const REVOKED = 'revoked by hand';

/** `attest FINDING`: an owner's word, in the ledger first, then where the next run finds it. */
export async function runAttest({ args, flags, io }: Call): Promise<number> {
  const [id = ''] = args;
  const settings = await settingsOf('attest', { flags, io });
  const { owner, revoked } = settings.values;
  const purpose = settings.values.purpose ?? (revoked ? REVOKED : undefined);
  if (owner === undefined || purpose === undefined || owner.trim() === '' || purpose.trim() === '') {
    const missing = Object.entries({ '--owner NAME': owner, '--purpose TEXT': purpose }).flatMap(([flag, value]) => (value === undefined || value.trim() === '' ? [flag] : []));
    throw new WardenError('USAGE_MISSING_OPTION', `attest needs ${listOf(missing).replace(' or ', ' and ')}`, { hint: 'somebody says what the token is for, and answers for it' });
  }
  await refuseSecrets([owner, purpose]);
  const { finding } = await reportedFinding(id, settings, io);
  const { introspection, credential } = finding;
  if (introspection.status === 'inactive') throw new WardenError('ATTEST_DEAD', 'its issuer says that this token is dead, so there is nothing to confirm', { hint: 'remove it; a token that took its place is a finding of its own' });
  if (revoked && !cannotBeAsked(introspection)) throw new WardenError('ATTEST_ASKABLE', 'its issuer can be asked whether it lives, and a word does not stand in for that', { hint: 'run `tokenwarden audit`: once its issuer calls it dead, nothing needs to be attested' });
  const scopes = introspection.status === 'active' ? (introspection.facts.scopes ?? credential.facts?.scopes) : undefined;
  const word = { id: finding.id, rule: credential.rule, fingerprint: credential.fingerprint, owner, purpose, ...(scopes === undefined ? {} : { scopes }), actor: io.actor, ...(revoked ? { revoked: true as const } : {}) };

  makeStateDirectory(settings.stateDir);
  const ledger = await openLedger(STATE_FILES.ledger(settings.stateDir), { now: io.now, run: randomUUID(), actor: io.actor, warnings: io.warnings });
  const inventory = await openInventory(inventoryPlace(settings), { now: io.now, warnings: io.warnings }).catch((error: unknown) => {
    ledger.close();
    throw error;
  });
  try {
    ledger.append('attest', { finding: word.id, rule: word.rule, owner, purpose, ...(scopes === undefined ? {} : { scopes }), ...(revoked ? { revoked: true } : {}) }, word.fingerprint);
    await inventory.recordAttestation(word);
  } finally {
    await inventory.close();
    ledger.close();
  }
  if (revoked) {
    await io.stdout.write(`recorded: ${printable(owner)} says that ${printable(credential.rule)} ${finding.id.slice(0, 12)} was revoked by hand (${printable(purpose)})\n`);
    return 0;
  }
  const may = scopes === undefined ? 'its scopes are not known' : scopes.length === 0 ? 'it has no scopes' : `it may ${scopes.join(', ')}`;
  await io.stdout.write(`recorded: ${printable(owner)} confirms ${printable(credential.rule)} ${finding.id.slice(0, 12)} for: ${printable(purpose)} (${printable(may)})\n`);
  return 0;
}
