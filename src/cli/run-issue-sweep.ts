import { setTimeout as delay } from 'node:timers/promises';
import { refuseSecrets } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { openIssues, readLedger, settleIssue, sweepIssues, type OpenIssue, type Settlement, type Swept } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { setUpIssue } from './issue-setup.ts';
import { readRules } from './rules.ts';
import { STATE_FILES } from './state-files.ts';

/** `issue sweep`: 0 nothing is left that lives, 1 otherwise. */
export async function runIssueSweep({ flags, io }: Call): Promise<number> {
  const settings = await settingsOf('issue sweep', { flags, io });
  for (const warning of settings.warnings) await io.stderr.write(`warning: ${warning}\n`);
  const open = await openIssues(readLedger(STATE_FILES.ledger(settings.stateDir)));
  const settlement = await settlementOf(settings, open);
  const known = new Set(settings.stores.map(({ id }) => id));
  const setup = await setUpIssue(settings, io, open.map(({ store }) => store), (line) => void io.stderr.write(`${line}\n`));
  try {
    const swept = [...(await sweepIssues(
      open.filter(({ store }) => known.has(store)),
      {
        ...setup,
        ledger: setup.ledger.append,
        now: io.now,
        sleep: async (ms) => {
          await delay(ms);
        },
      },
      settlement,
    ))];
    const gone = open.filter(({ store }) => !known.has(store));
    const foreign = gone.filter(({ id }) => settlement?.ids.has(id) !== true);
    if (settlement !== undefined) swept.push(...gone.filter(({ id }) => settlement.ids.has(id)).map((issue) => settleIssue(issue, NO_STORE, settlement, { ledger: setup.ledger.append, storage: setup.storage })));
    const lines = [...swept.map((one) => `${one.status.padEnd(9)}  ${printable(one.issue.store)} ${one.issue.id}: ${textOf(one)}`), ...foreign.map(({ id, store }) => `unable     ${printable(store)} ${id}: ${NO_STORE}`)];
    await io.stdout.write(`${lines.join('\n')}${lines.length === 0 ? 'Nothing was left behind.' : ''}\n`);
    return foreign.length === 0 && swept.every(({ status }) => ['revoked', 'expired', 'absent', 'settled', 'running'].includes(status)) ? 0 : 1;
  } finally {
    await setup.close();
  }
}

const NO_STORE = 'the configuration has no such store any more';

/** Throws where a person names an issue that is not open, or gives no reason. */
async function settlementOf(settings: Settings, open: readonly OpenIssue[]): Promise<Settlement | undefined> {
  const { lostIssues, because } = settings.values;
  if (lostIssues.length === 0) return undefined;
  if (because === undefined || because.trim() === '') throw new WardenError('USAGE_MISSING_VALUE', '--confirm-lost needs --reason: what you looked at, and what you did', { hint: 'it stands in the ledger, by your name' });
  const unknown = lostIssues.find((id) => !open.some((one) => one.id === id));
  if (unknown !== undefined) throw new WardenError('USAGE_WRONG_VALUE', `--confirm-lost: no issue "${printable(unknown)}" is open`, { hint: open.length === 0 ? 'none is' : `open: ${open.map(({ id }) => id).join(', ')}` });
  await refuseSecrets([because], await readRules(settings));
  return { ids: new Set(lostIssues), reason: because };
}

function textOf(swept: Swept): string {
  switch (swept.status) {
    case 'revoked':
      return 'revoked, and the issuer confirmed that it is dead';
    case 'running':
      return 'its command still runs';
    case 'expired':
      return `it ended by itself at ${swept.at.toISOString()}`;
    case 'absent':
      return 'the issuer has none of this name';
    case 'expires':
      return swept.at === undefined ? 'it cannot be revoked' : `it cannot be revoked and expires at ${swept.at.toISOString()}`;
    case 'lost':
      return `${printable(swept.detail)}${swept.until === undefined ? '' : `; if it was made, it ends by ${swept.until.toISOString()}`}`;
    case 'requested':
      return printable(swept.detail);
    case 'settled':
      return `${printable(swept.detail)}; a person says that nothing of it is left`;
  }
}
