import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WardenError } from '../../../src/model/index.ts';
import { openInventory } from '../../../src/inventory/index.ts';
import type { Inventory } from '../../../src/inventory/index.ts';
import { troubleWith } from '../../../src/inventory/trouble.ts';
import { findingOf, madeUp } from '../respond/world.ts';
import { resultOf } from './result.ts';

const options = { now: () => new Date('2026-11-22T12:00:00.000Z') };
const active = { status: 'active', facts: { sub: 'ana', scopes: ['read'] } };
const inactive = { status: 'inactive', reason: 'revoked' };
const unknown = { status: 'unknown', why: 'timeout', detail: '' };

let folder: string;
let path: string;
const opened: Inventory[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  path = join(folder, 'state', 'inventory.db');
});
afterEach(async () => {
  for (const inventory of opened.splice(0)) await inventory.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(at = path): Promise<Inventory> {
  const inventory = await openInventory(at, options);
  opened.push(inventory);
  return inventory;
}

describe('openInventory', () => {
  it('makes a file that only its owner can read, in a folder of the same kind', async () => {
    const inventory = await start();
    await inventory.remember(resultOf([findingOf()]), '{}');
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'state'))) expect([name, statSync(join(folder, 'state', name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('tightens a file that is too open, and leaves a folder alone that was there', async () => {
    mkdirSync(join(folder, 'state'), { mode: 0o755 });
    writeFileSync(path, '', { mode: 0o644 });
    chmodSync(path, 0o644);
    await start();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o755);
  });

  it('keeps nothing in :memory:', async () => {
    const inventory = await start(':memory:');
    await inventory.remember(resultOf([findingOf({ introspection: active })]), '{"a":1}');
    expect((await inventory.lastRun())?.report).toBe('{"a":1}');
    expect(existsSync(':memory:')).toBe(false);
  });

  it.each([
    ['text', 'this is not a database, whatever it says\n'.repeat(200)],
    ['a damaged database', undefined],
  ])('sets %s aside, says so, and begins anew', async (_, text) => {
    if (text === undefined) {
      const inventory = await start();
      await inventory.remember(resultOf([findingOf()]), 'r'.repeat(50_000));
      await opened.pop()?.close();
      const bytes = readFileSync(path);
      bytes.fill(0x58, 0, 200);
      writeFileSync(path, bytes);
    } else {
      mkdirSync(join(folder, 'state'));
      writeFileSync(path, text);
    }
    const damaged = readFileSync(path);
    const inventory = await start();
    expect(inventory.notices).toEqual([expect.stringContaining(`${path}.damaged-20261122T120000Z`)]);
    expect(readFileSync(`${path}.damaged-20261122T120000Z`)).toEqual(damaged);
    await inventory.remember(resultOf([findingOf({ introspection: active })]), '{}');
    expect((await inventory.allLastKnown()).size).toBe(1);
  });

  it('does not write over a file that was set aside in the same second', async () => {
    mkdirSync(join(folder, 'state'));
    for (const text of ['first '.repeat(200), 'second '.repeat(200)]) {
      writeFileSync(path, text);
      await start();
      await opened.pop()?.close();
    }
    expect(readFileSync(`${path}.damaged-20261122T120000Z`, 'utf8')).toContain('first');
    expect(readFileSync(`${path}.damaged-20261122T120000Z-2`, 'utf8')).toContain('second');
  });

  it('refuses a file of a newer version and leaves it as it is', async () => {
    await start();
    await opened.pop()?.close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(path);
    expect(await codeOf(openInventory(path, options))).toBe('INVENTORY_NEWER');
    expect(readFileSync(path)).toEqual(before);
  });

  it("refuses somebody else's database and leaves it as it is", async () => {
    mkdirSync(join(folder, 'state'));
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE accounts (id INTEGER)');
    database.close();
    const before = readFileSync(path);
    expect(await codeOf(openInventory(path, options))).toBe('INVENTORY_FOREIGN');
    expect(readFileSync(path)).toEqual(before);
  });

  it('refuses a symbolic link, a folder, and a place where nothing can be made', async () => {
    await start();
    symlinkSync(path, join(folder, 'link'));
    expect(await codeOf(openInventory(join(folder, 'link'), options))).toBe('INVENTORY_OPEN');
    expect(await codeOf(openInventory(folder, options))).toBe('INVENTORY_OPEN');
    writeFileSync(join(folder, 'file'), '');
    expect(await codeOf(openInventory(join(folder, 'file', 'x'), options))).toBe('INVENTORY_OPEN');
  });

  it('may be opened for the first time by several at once', async () => {
    const all = await Promise.all([start(), start(), start()]);
    for (const [index, inventory] of all.entries()) await inventory.remember(resultOf([findingOf({ value: madeUp(index), introspection: active })], { id: `run-${index}` }), '{}');
    expect((await all[0]?.allLastKnown())?.size).toBe(3);
  });
});

describe('remember and lastKnown', () => {
  it('knows nothing of what was never answered', async () => {
    const inventory = await start();
    await inventory.remember(resultOf([findingOf({ introspection: unknown })]), '{}');
    expect(await inventory.lastKnown([findingOf().id, 'ffff'])).toEqual(new Map());
  });

  it('keeps the last answer while the issuer is silent, over runs and openings', async () => {
    const finding = findingOf({ introspection: active });
    await (await start()).remember(resultOf([finding]), '{}');
    await (await start()).remember(resultOf([findingOf({ introspection: unknown, broken: [] })], { id: 'run-2', finishedAt: new Date('2026-11-23T00:00:00Z') }), '{}');
    const inventory = await start();
    expect((await inventory.lastKnown([finding.id])).get(finding.id)).toEqual({ status: 'active', violating: true, at: finding.introspection.at });
    expect(await inventory.finding(finding.id)).toMatchObject([{ firstRun: 'run-1', lastRun: 'run-2', lastStatus: 'unknown', knownFacts: { sub: 'ana', scopes: ['read'] }, lastSeen: new Date('2026-11-23T00:00:00Z') }]);
  });

  it('replaces an answer by a newer one', async () => {
    const inventory = await start();
    await inventory.remember(resultOf([findingOf({ introspection: active })]), '{}');
    await inventory.remember(resultOf([findingOf({ introspection: inactive, broken: [] })], { id: 'run-2' }), '{}');
    expect([...(await inventory.allLastKnown()).values()]).toMatchObject([{ status: 'inactive', violating: false }]);
  });

  it('tells an active token without a violation from one with', async () => {
    const inventory = await start();
    const clean = findingOf({ introspection: active, broken: [] });
    await inventory.remember(resultOf([clean]), '{}');
    expect((await inventory.lastKnown([clean.id])).get(clean.id)?.violating).toBe(false);
  });

  it('remembers one finding that several targets share, and those of other targets stay', async () => {
    const inventory = await start();
    await inventory.remember(resultOf([findingOf({ value: madeUp(1), introspection: active })], { id: 'a', targets: ['one'] }), '{}');
    await inventory.remember(resultOf([findingOf({ value: madeUp(2), introspection: active })], { id: 'b', targets: ['two'] }), '{}');
    expect((await inventory.allLastKnown()).size).toBe(2);
  });

  it('keeps the report of the last run only, whatever the clock says', async () => {
    const inventory = await start();
    expect(await inventory.lastRun()).toBeUndefined();
    await inventory.remember(resultOf([findingOf()], { id: 'a', finishedAt: new Date('2030-01-01T00:00:00Z') }), '{"run":"a"}');
    await inventory.remember(resultOf([], { id: 'b', targets: ['x y', 'é\n'] }), '{"run":"b"}');
    expect(await inventory.lastRun()).toMatchObject({ id: 'b', report: '{"run":"b"}', targets: ['x y', 'é\n'], findings: 0, failing: 0, complete: true });
    await inventory.close();
    opened.pop();
    expect(readFileSync(path, 'latin1')).not.toContain('{"run":"a"}');
  });

  it('may remember the same run again', async () => {
    const inventory = await start();
    await inventory.remember(resultOf([findingOf()]), '1');
    await inventory.remember(resultOf([findingOf()]), '2');
    expect((await inventory.lastRun())?.report).toBe('2');
  });

  it('takes two that remember at once in turn', async () => {
    const inventory = await start();
    const other = await start();
    await Promise.all([
      inventory.remember(resultOf([findingOf({ value: madeUp(1), introspection: active })], { id: 'a' }), '{}'),
      inventory.remember(resultOf([findingOf({ value: madeUp(2), introspection: active })], { id: 'b' }), '{}'),
      inventory.lastKnown(['0']),
    ]);
    await other.remember(resultOf([findingOf({ value: madeUp(3), introspection: active })], { id: 'c' }), '{}');
    expect((await inventory.allLastKnown()).size).toBe(3);
  });

  it('remembers a run whole or not at all', async () => {
    const inventory = await start();
    await inventory.remember(resultOf([findingOf({ value: madeUp(1), introspection: active })], { id: 'a' }), '{"a":1}');
    const broken = { ...findingOf({ value: madeUp(2), introspection: active }), severity: undefined } as unknown as ReturnType<typeof findingOf>;
    await expect(inventory.remember(resultOf([findingOf({ value: madeUp(3) }), broken], { id: 'b' }), '{"b":1}')).rejects.toThrow();
    expect((await inventory.lastRun())?.report).toBe('{"a":1}');
    expect((await inventory.allLastKnown()).size).toBe(1);
  });

  it('holds no secret in its bytes', async () => {
    const values = Array.from({ length: 20 }, (_, seed) => madeUp(seed));
    const inventory = await start();
    await inventory.remember(resultOf(values.map((value) => findingOf({ value, introspection: active }))), '{}');
    const bytes = readFileSync(path, 'latin1');
    for (const value of values) expect(bytes).not.toContain(value);
  });

  it('takes 20,000 findings in a few seconds, and gives 20,000 answers at once', async () => {
    const one = findingOf({ introspection: active });
    const findings = Array.from({ length: 20_000 }, (_, index) => ({ ...one, id: index.toString(16).padStart(20, '0') }));
    const inventory = await start();
    const started = performance.now();
    await inventory.remember(resultOf(findings), '{}');
    await inventory.remember(resultOf(findings, { id: 'run-2' }), '{}');
    expect((await inventory.lastKnown(findings.map(({ id }) => id))).size).toBe(20_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('finding', () => {
  it('finds by the beginning of an id, in either case, and nothing by what is no id', async () => {
    const inventory = await start();
    const findings = ['abc1', 'abc2', 'abd3'].map((head) => ({ ...findingOf(), id: head.padEnd(20, '0') }));
    await inventory.remember(resultOf(findings), '{}');
    const ids = async (prefix: string) => (await inventory.finding(prefix)).map(({ id }) => id.slice(0, 4));
    expect(await ids('abc')).toEqual(['abc1', 'abc2']);
    expect(await ids('ABD3')).toEqual(['abd3']);
    expect(await ids('ab')).toEqual(['abc1', 'abc2', 'abd3']);
    for (const none of ['', '%', '_', "a' OR 1=1", 'abcg', 'ac', 'a'.repeat(65)]) expect(await ids(none)).toEqual([]);
  });
});

describe('a file that goes bad while it is open', () => {
  it('ends in one clear error', async () => {
    const inventory = await start();
    await inventory.remember(resultOf(Array.from({ length: 2000 }, (_, index) => ({ ...findingOf({ introspection: active }), id: index.toString(16).padStart(20, '0') }))), 'x'.repeat(100_000));
    await opened.pop()?.close();
    const { size } = statSync(path);
    truncateSync(path, Math.floor(size / 8192) * 4096);
    const outcome = await openInventory(path, options).then(
      async (again) => {
        opened.push(again);
        if (again.notices.length > 0) return 'set aside';
        return again.allLastKnown().then(
          () => 'read',
          (error: WardenError) => error.code,
        );
      },
      (error: WardenError) => error.code,
    );
    expect(['set aside', 'INVENTORY_DAMAGED']).toContain(outcome);
  });
});

it('may be opened for the first time by several processes at once', async () => {
  const script = fileURLToPath(new URL('open-and-warn.ts', import.meta.url));
  const ended = Array.from({ length: 4 }, () => new Promise((resolve) => spawn(process.execPath, [script, path], { stdio: 'ignore' }).once('close', resolve)));
  expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);
  expect((await start()).notices).toEqual([]);
});

it('says so when another process holds the file for too long', async () => {
  await start();
  const other = new DatabaseSync(path);
  other.exec('BEGIN EXCLUSIVE');
  const database = new DatabaseSync(path, { timeout: 0 });
  const busy = catching(() => database.exec('BEGIN IMMEDIATE'));
  expect(troubleWith(path, busy)).toMatchObject({ code: 'INVENTORY_BUSY' });
  const plain = new Error('x');
  expect(troubleWith(path, plain)).toBe(plain);
  database.close();
  other.close();
});

it('does not let Node warn that SQLite is experimental, and lets other warnings pass', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('open-and-warn.ts', import.meta.url)), path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(text).not.toMatch(/SQLite is an experimental/);
  expect(text).toMatch(/ExperimentalWarning: another thing/);
  expect(text).toMatch(/SQLite is not the matter/);
});

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown as WardenError,
  );
  expect(error?.name).toBe('WardenError');
  return error?.code;
}

function catching(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
