import { spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/model/index.ts';
import type { AuditRecord, WardenError } from '../../../src/model/index.ts';
import { openLedger, verifyLedger } from '../../../src/respond/ledger/index.ts';
import type { Ledger } from '../../../src/respond/ledger/index.ts';

let folder: string;
let path: string;
const opened: Ledger[] = [];
const options = { now: () => new Date('2026-11-22T12:00:00.000Z'), run: 'run-1', actor: 'ana' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(folder, 'state', 'ledger.jsonl');
});
afterEach(() => {
  for (const ledger of opened.splice(0)) ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Ledger> {
  const ledger = await openLedger(path, options);
  opened.push(ledger);
  return ledger;
}

async function write(count: number): Promise<void> {
  const ledger = await start();
  for (let number = 1; number <= count; number += 1) ledger.append('test', { number }, 'tw1:0');
  opened.pop()?.close();
}

const lines = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const rewrite = (changed: readonly string[]): void => writeFileSync(path, changed.map((line) => `${line}\n`).join(''));
const records = (): AuditRecord[] => lines().map((line) => JSON.parse(line) as AuditRecord);

describe('openLedger', () => {
  it('takes many lines at once as if they came one by one, and goes on with others', async () => {
    const ledger = await start();
    ledger.appendAll(Array.from({ length: 250 }, (_, index) => ({ event: 'test', detail: { number: index + 1 }, fingerprint: 'tw1:0' })));
    ledger.append('test', { number: 251 }, 'tw1:0');
    ledger.appendAll([]);
    expect(records().map(({ seq, detail }) => [seq, detail['number']])).toEqual(Array.from({ length: 251 }, (_, index) => [index + 1, index + 1]));
    expect(await verifyLedger(path)).toMatchObject({ ok: true, lines: 251, damage: [] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('lines given together are on disk in their order when their promises resolve, and before what is given at once', async () => {
    const ledger = await start();
    const done: number[] = [];
    const waiting = Array.from({ length: 250 }, (_, index) => ledger.appendTogether('test', { number: index + 1 }).then(() => void done.push(index + 1)));
    ledger.append('at once', {});
    expect(records().map(({ detail }) => detail['number'] ?? 'at once')).toEqual([...Array.from({ length: 250 }, (_, index) => index + 1), 'at once']);
    await Promise.all(waiting);
    expect(done).toHaveLength(250);
    void ledger.appendTogether('test', { number: 'last' });
    opened.pop()?.close();
    expect(records().at(-1)?.detail).toEqual({ number: 'last' });
    expect(await verifyLedger(path)).toMatchObject({ ok: true });
  });

  it('lines given together are all refused where the ledger cannot take them', async () => {
    const ledger = await start();
    ledger.append('test', {});
    writeFileSync(path, 'nonsense\n');
    await expect(Promise.all([1, 2].map((number) => ledger.appendTogether('test', { number })))).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });
    await expect(ledger.appendTogether('test', {})).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' });
    expect(readFileSync(path, 'utf8')).toBe('nonsense\n');
  });

  it('chains its lines, from one, under the keys that the model names', async () => {
    await write(3);
    expect(records().map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(records()[0]).toEqual({ seq: 1, prev: '0'.repeat(64), at: '2026-11-22T12:00:00.000Z', run: 'run-1', actor: 'ana', event: 'test', fingerprint: 'tw1:0', detail: { number: 1 } });
    expect(await verifyLedger(path)).toMatchObject({ ok: true, lines: 3, anchor: 'head-file', damage: [] });
  });

  it('goes on where it ended', async () => {
    await write(2);
    await write(2);
    expect(records().map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect((await verifyLedger(path)).ok).toBe(true);
  });

  it('keeps its files to their owner, also when the file was laxer', async () => {
    await write(1);
    chmodSync(path, 0o644);
    await write(1);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'state'))) expect([name, statSync(join(folder, 'state', name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('lets two writers in one process take turns without mixing', async () => {
    const [a, b] = [await start(), await start()];
    for (let turn = 0; turn < 20; turn += 1) (turn % 3 === 0 ? a : b).append('test', { turn });
    expect(records().map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await verifyLedger(path)).ok).toBe(true);
  });

  it('writes the mask of a secret that is handed over by mistake, and bounds what strangers say', async () => {
    const value = ['exa', Math.random().toString(36).repeat(3)].join('_');
    const ledger = await start();
    ledger.append('test', { secret: new Secret(value, 'tw1:0', 'exa_****'), long: 'x'.repeat(100_000), many: Array.from({ length: 5000 }, () => 1), deep: nested(50), line: 'a\nb' });
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(value);
    expect(text.length).toBeLessThan(3000);
    expect(lines()).toHaveLength(1);
    expect((await verifyLedger(path)).ok).toBe(true);
  });

  it('starts anew beside a ledger that was moved away with its head', async () => {
    const ledger = await start();
    ledger.append('test', {});
    rmSync(path);
    rmSync(`${path}.head`);
    ledger.append('test', {});
    expect(records().map(({ seq }) => seq)).toEqual([1]);
  });

  it('refuses to go on when the file vanished but its head says that lines were written', async () => {
    const ledger = await start();
    ledger.append('test', {});
    rmSync(path);
    expect(() => ledger.append('test', {})).toThrow(/1 lines were written/);
  });

  it('refuses a symbolic link, a folder and a file of something else', async () => {
    await write(1);
    symlinkSync(path, join(folder, 'link'));
    expect(await codeOf(openLedger(join(folder, 'link'), options))).toBe('LEDGER_OPEN');
    expect(await codeOf(openLedger(folder, options))).toBe('LEDGER_OPEN');
    writeFileSync(join(folder, 'other'), 'hello\nworld\n');
    expect(await codeOf(openLedger(join(folder, 'other'), options))).toBe('LEDGER_DAMAGED');
    writeFileSync(join(folder, 'file'), '');
    expect(await codeOf(openLedger(join(folder, 'file', 'ledger'), options))).toBe('LEDGER_OPEN');
  });

  it('says so when the head file is gone, as missing lines cannot be noticed then', async () => {
    await write(2);
    rmSync(`${path}.head`);
    await write(1);
    expect(records().map(({ event }) => event)).toEqual(['test', 'test', 'ledger.head-lost', 'test']);
  });
});

describe('a torn last line', () => {
  it('at every possible byte is moved aside, recorded, and the chain goes on', async () => {
    await write(2);
    const whole = readFileSync(path);
    const second = whole.indexOf(0x0a) + 1;
    writeFileSync(`${path}.head`, `${'1'.padStart(16, '0')} ${records()[1]?.prev ?? ''}\n`);
    for (let cut = second + 1; cut < whole.length; cut += 17) {
      writeFileSync(path, whole.subarray(0, cut));
      writeFileSync(`${path}.head`, `${'1'.padStart(16, '0')} ${(JSON.parse(whole.subarray(second).toString('utf8')) as AuditRecord).prev}\n`);
      expect((await verifyLedger(path)).damage).toEqual([{ line: 2, kind: 'torn', reason: expect.stringContaining(`(${cut - second} bytes)`) as string }]);
      await write(1);
      expect(records().map(({ event }) => event)).toEqual(['test', 'ledger.repaired', 'test']);
      const { keptIn } = records()[1]?.detail as { keptIn: string };
      expect(readFileSync(keptIn)).toEqual(whole.subarray(second, cut));
      expect((await verifyLedger(path)).ok).toBe(true);
    }
  });

  it('of another process that died is repaired by the next writer that has the ledger open', async () => {
    const ledger = await start();
    ledger.append('test', {});
    appendFileSync(path, '{"seq":2,"prev":"');
    ledger.append('test', {});
    expect(records().map(({ event }) => event)).toEqual(['test', 'ledger.repaired', 'test']);
  });

  it('that is the first is repaired too', async () => {
    await write(0);
    writeFileSync(path, '{"se');
    await write(1);
    expect(records().map(({ event }) => event)).toEqual(['ledger.repaired', 'test']);
  });
});

describe('verifyLedger', { timeout: 60_000 }, () => {
  it.each([
    ['an edited line', (all: string[]) => all.with(2, (all[2] ?? '').replace('"number":3', '"number":7')), { line: 3, kind: 'edited' }],
    ['an edited last line', (all: string[]) => all.with(5, (all[5] ?? '').replace('"number":6', '"number":7')), { line: 6, kind: 'edited' }],
    ['an edited first line', (all: string[]) => all.with(0, (all[0] ?? '').replace('ana', 'eve')), { line: 1, kind: 'edited' }],
    ['a line with a space more', (all: string[]) => all.with(2, `${all[2] ?? ''} `), { line: 3, kind: 'edited' }],
    ['a line that is no JSON', (all: string[]) => all.with(2, 'x'), { line: 3, kind: 'edited' }],
    ['a dropped line', (all: string[]) => all.toSpliced(2, 1), { line: 3, kind: 'dropped' }],
    ['dropped first lines', (all: string[]) => all.slice(2), { line: 1, kind: 'dropped' }],
    ['dropped last lines', (all: string[]) => all.slice(0, 4), { line: 5, kind: 'dropped' }],
    ['all lines dropped', () => [], { line: 1, kind: 'dropped' }],
    ['two lines exchanged', (all: string[]) => all.with(2, all[3] ?? '').with(3, all[2] ?? ''), { line: 4, kind: 'reordered' }],
    ['a repeated line', (all: string[]) => all.toSpliced(3, 0, all[2] ?? ''), { line: 4, kind: 'reordered' }],
  ] as const)('finds %s', async (_, change, found) => {
    await write(6);
    rewrite(change(lines()));
    const check = await verifyLedger(path);
    expect(check.ok).toBe(false);
    expect(check.damage).toContainEqual(expect.objectContaining(found));
  });

  it('names only the edited line when one line was edited', async () => {
    await write(6);
    rewrite(lines().with(2, (lines()[2] ?? '').replace('"number":3', '"number":7')));
    expect((await verifyLedger(path)).damage).toHaveLength(1);
  });

  it('finds any change of any byte', async () => {
    await write(4);
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        writeFileSync(path, changed);
        expect((await verifyLedger(path)).ok).toBe(false);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('finds any cut', async () => {
    await write(4);
    for (let { size } = statSync(path); size > 0; size -= 37) {
      truncateSync(path, size - 1);
      expect((await verifyLedger(path)).ok).toBe(false);
    }
  });

  it('finds that the whole ledger was deleted while its head file remembers it', async () => {
    await write(3);
    rmSync(path);
    expect(await verifyLedger(path)).toMatchObject({ ok: false, lines: 0, damage: [{ line: 1, kind: 'dropped', reason: 'the ledger is gone: records 1 to 3, which the head file remembers, are missing' }] });
    rmSync(`${path}.head`);
    await expect(verifyLedger(path)).rejects.toMatchObject({ code: 'LEDGER_OPEN' });
  });

  it('without a head file verifies the chain and says that its end has no anchor', async () => {
    await write(3);
    rmSync(`${path}.head`);
    expect(await verifyLedger(path)).toMatchObject({ ok: true, anchor: 'none', lines: 3, head: { seq: 3 } });
  });

  it('does not drown in a line without end', async () => {
    await write(1);
    appendFileSync(path, 'x'.repeat(9 << 20));
    expect((await verifyLedger(path)).ok).toBe(false);
  });

  it('says what is wrong with a file that is not there', async () => {
    expect(await codeOf(verifyLedger(join(folder, 'nowhere')))).toBe('LEDGER_OPEN');
  });

  it('refuses to append to a ledger whose end was cut or edited', async () => {
    await write(3);
    const all = lines();
    rewrite(all.slice(0, 2));
    expect(await codeOf(openLedger(path, options))).toBe('LEDGER_DAMAGED');
    rewrite(all.with(2, (all[2] ?? '').replace('"number":3', '"number":4')));
    expect(await codeOf(openLedger(path, options))).toBe('LEDGER_DAMAGED');
    rewrite(all);
    await write(1);
    expect((await verifyLedger(path)).ok).toBe(true);
  });
});

describe('several processes', { timeout: 120_000 }, () => {
  const writer = fileURLToPath(new URL('ledger-writer.ts', import.meta.url));

  it('writing at once do not interleave', async () => {
    const ended = await Promise.all(['a', 'b', 'c'].map((actor) => run(writer, [path, actor, '60'])));
    expect(ended).toEqual([0, 0, 0]);
    expect(records()).toHaveLength(180);
    for (const actor of ['a', 'b', 'c']) expect(records().filter((record) => record.actor === actor).map(({ detail }) => detail['number'])).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect((await verifyLedger(path)).ok).toBe(true);
  });

  it('killed at any moment leave no lock behind and no broken chain', async () => {
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [writer, path, `k${round}`, '100000'], { stdio: 'ignore' });
      await waitFor(() => readLength(path) > round * 200 + 1);
      await new Promise((resolve) => setTimeout(resolve, 5 + round * 7));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const started = performance.now();
      await write(1);
      expect(performance.now() - started).toBeLessThan(8000);
      expect((await verifyLedger(path)).ok).toBe(true);
    }
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? 'x' : { inner: nested(depth - 1) };
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown as WardenError,
  );
  expect(error?.name).toBe('WardenError');
  return error?.code;
}

async function run(script: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => child.once('exit', resolve));
}

function readLength(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
