import { setTimeout as delay } from 'node:timers/promises';
import { printable } from '../lib/printable.ts';
import { openIssues, readLedger, sweepIssues, type Swept } from '../respond/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { setUpIssue } from './issue-setup.ts';
import { STATE_FILES } from './state-files.ts';

/** `issue sweep`: 0 nothing is left that lives, 1 otherwise. */
export async function runIssueSweep({ flags, io }: Call): Promise<number> {
  const settings = await settingsOf('issue sweep', { flags, io });
  for (const warning of settings.warnings) await io.stderr.write(`warning: ${warning}\n`);
  const open = await openIssues(readLedger(STATE_FILES.ledger(settings.stateDir)));
  const known = new Set(settings.stores.map(({ id }) => id));
  const setup = await setUpIssue(settings, io, open.map(({ store }) => store), (line) => void io.stderr.write(`${line}\n`));
  try {
    const swept = await sweepIssues(
      open.filter(({ store }) => known.has(store)),
      {
        ...setup,
        ledger: setup.ledger.append,
        now: io.now,
        sleep: async (ms) => {
          await delay(ms);
        },
      },
    );
    const foreign = open.filter(({ store }) => !known.has(store));
    const lines = [...swept.map((one) => `${one.status.padEnd(9)}  ${printable(one.issue.store)} ${one.issue.id}: ${textOf(one)}`), ...foreign.map(({ id, store }) => `unable     ${printable(store)} ${id}: the configuration has no such store any more`)];
    await io.stdout.write(`${lines.join('\n')}${lines.length === 0 ? 'Nothing was left behind.' : ''}\n`);
    return foreign.length === 0 && swept.every(({ status }) => ['revoked', 'expired', 'absent', 'running'].includes(status)) ? 0 : 1;
  } finally {
    await setup.close();
  }
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
  }
}
