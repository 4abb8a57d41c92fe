import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WardenError } from '../../../src/model/index.ts';
import { holdApply, verifyLedger } from '../../../src/respond/index.ts';

const SCRIPT = fileURLToPath(new URL('apply-process.ts', import.meta.url));
const SEEDS = ['1', '2', '3', '4', '5'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apply-'));
  for (const index of SEEDS.keys()) writeFileSync(join(folder, `alive-${index}`), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an applying process', { timeout: 120_000 }, () => {
  it('killed at eight moments revokes nothing twice and leaves a whole ledger', async () => {
    for (let round = 0; round < 8; round += 1) {
      const child = apply();
      const before = ledgerBytes();
      for (let tries = 0; tries < 500 && ledgerBytes() === before && child.exitCode === null; tries += 1) await wait(2);
      await wait((round * 7) % 19);
      child.kill('SIGKILL');
      await ended(child);
    }
    expect(await ended(apply())).toBe(0);
    const mutations = readFileSync(join(folder, 'mutations'), 'utf8').trim().split('\n').sort();
    expect(mutations).toEqual(['0', '1', '2', '3', '4']);
    expect(readdirSync(folder).filter((name) => name.startsWith('alive-'))).toEqual([]);
    expect(await verifyLedger(join(folder, 'ledger.jsonl'))).toMatchObject({ ok: true, damage: [] });
  });

  it('is the only one with its ledger', async () => {
    const release = await holdApply(join(folder, 'ledger.jsonl'));
    const error = await holdApply(join(folder, 'ledger.jsonl')).catch((thrown: unknown) => thrown as WardenError);
    expect(error).toMatchObject({ code: 'APPLY_RUNNING' });
    expect(await ended(apply())).not.toBe(0);
    expect(existsSync(join(folder, 'mutations'))).toBe(false);
    release();
    expect(await ended(apply())).toBe(0);
  });
});

function apply(): ChildProcess {
  return spawn(process.execPath, [SCRIPT, folder, ...SEEDS], { stdio: 'ignore' });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', resolve));
}

function ledgerBytes(): number {
  return existsSync(join(folder, 'ledger.jsonl')) ? readFileSync(join(folder, 'ledger.jsonl')).length : 0;
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
