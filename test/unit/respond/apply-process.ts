/**
 * A process of its own that applies a plan for the tokens SEEDS with the ledger FOLDER/ledger.jsonl. The issuer is a folder:
 * a file `alive-N` is a living token, and each mutation appends a line to `mutations`. Takes a few milliseconds a step, so that it can be killed in between.
 */
import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyPlan, holdApply, readPast, openLedger, readLedger } from '../../../src/respond/index.ts';
import { credentialOf, introspectionOf } from '../policy/record.ts';
import { NOW, findingOf, fingerprintOf, madeUp, planOf } from './world.ts';

const [folder = '', ...seeds] = process.argv.slice(2);
const values = seeds.map((seed) => madeUp(Number(seed)));
const numberOf = (fingerprint: string): string => String(values.findIndex((value) => fingerprintOf(value) === fingerprint));
const path = join(folder, 'ledger.jsonl');

const release = await holdApply(path, process);
const past = await readPast(readLedger(path));
const ledger = await openLedger(path, { now: () => NOW, run: String(process.pid), actor: 'test', warnings: process });
const { ok } = await applyPlan(planOf(values.map((value) => findingOf({ value, introspection: { status: 'active', facts: {} } }))), {
  yes: true,
  readAgain: async () => Buffer.from(values.join('\n')),
  findSecret: (bytes, fingerprint) => {
    const value = Buffer.from(bytes).toString().split('\n').find((line) => fingerprintOf(line) === fingerprint);
    return value === undefined ? undefined : credentialOf({}, value, fingerprint);
  },
  ask: async ({ fingerprint }) => {
    await delay(3);
    return existsSync(join(folder, `alive-${numberOf(fingerprint)}`)) ? introspectionOf({ status: 'active', facts: {} }) : introspectionOf({ status: 'inactive', reason: 'revoked' });
  },
  mutate: async ({ fingerprint }) => {
    await delay(3);
    appendFileSync(join(folder, 'mutations'), `${numberOf(fingerprint)}\n`);
    rmSync(join(folder, `alive-${numberOf(fingerprint)}`), { force: true });
    await delay(3);
    return { status: 'accepted', detail: '' };
  },
  now: () => NOW,
  sleep: async () => undefined,
  ledger: ledger.append,
  past,
  onStep: () => undefined,
  signal: new AbortController().signal,
});
ledger.close();
release();
process.exitCode = ok ? 0 : 1;
