import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPendingRuns, leaveRun, openInventory } from '../../../src/inventory/index.ts';
import { findingOf } from '../respond/world.ts';
import { resultOf } from './result.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pending-'));
  path = join(folder, 'inventory.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 22, 12, minute));
const clean = (id: string, minute = 0): ReturnType<typeof resultOf> => resultOf([], { id, startedAt: at(minute), finishedAt: at(minute) });
const lastRun = async (): Promise<string | undefined> => {
  const inventory = await openInventory(path, { now: () => at(0) });
  try {
    const run = await inventory.lastRun();
    return run === undefined ? undefined : `${run.id} ${run.findings} ${run.report ?? ''}`;
  } finally {
    await inventory.close();
  }
};

describe('a run that found nothing', () => {
  it('waits in a file that only its owner can read, and no database is made', () => {
    expect(leaveRun(path, clean('one'), '{}')).toBe(true);
    expect(existsSync(path)).toBe(false);
    expect(hasPendingRuns(path)).toBe(true);
    const [name = ''] = readdirSync(`${path}.pending`);
    expect(statSync(`${path}.pending`).mode & 0o777).toBe(0o700);
    expect(statSync(join(`${path}.pending`, name)).mode & 0o777).toBe(0o600);
  });

  it('is the last run for whoever opens the inventory, and waits no more', async () => {
    leaveRun(path, clean('second', 2), '{"b":2}');
    leaveRun(path, clean('first', 1), '{"a":1}');
    expect(await lastRun()).toBe('second 0 {"b":2}');
    expect(hasPendingRuns(path)).toBe(false);
    expect(await lastRun()).toBe('second 0 {"b":2}');
  });

  it('comes before a later run with findings', async () => {
    leaveRun(path, clean('hook', 1), '{"a":1}');
    const inventory = await openInventory(path, { now: () => at(3) });
    await inventory.remember(resultOf([findingOf()], { id: 'full', startedAt: at(2), finishedAt: at(2) }), '{"c":3}');
    await inventory.close();
    expect(await lastRun()).toBe('full 1 {"c":3}');
  });
});

describe('what is written at once', () => {
  it.each([
    ['a run with findings', resultOf([findingOf()]), '{}'],
    ['a long report', resultOf([]), 'x'.repeat(70_000)],
  ])('is %s', (_what, result, report) => {
    expect(leaveRun(path, result, report)).toBe(false);
    expect(hasPendingRuns(path)).toBe(false);
  });

  it('is the run after many that nobody took over', () => {
    for (let number = 0; number < 64; number += 1) expect(leaveRun(path, clean(`run-${number}`, number), '{}')).toBe(true);
    expect(leaveRun(path, clean('one more'), '{}')).toBe(false);
  });

  it('is whatever cannot be left', () => {
    writeFileSync(`${path}.pending`, '');
    expect(() => leaveRun(path, clean('one'), '{}')).toThrow();
  });
});

it('removes what is no run and takes the others', async () => {
  mkdirSync(`${path}.pending`);
  for (const [name, text] of [['1.json', '{'], ['2.json', '{"id":7}'], ['3.json', 'null']] as const) writeFileSync(join(`${path}.pending`, name), text);
  leaveRun(path, clean('one'), '{}');
  chmodSync(`${path}.pending`, 0o700);
  expect(await lastRun()).toBe('one 0 {}');
  expect(readdirSync(`${path}.pending`)).toEqual([]);
});
