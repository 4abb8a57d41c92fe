import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ruleDigests } from '../../../src/cli/scan-cache.ts';
import { openScanCache, type ScanCache } from '../../../src/cache/index.ts';
import { stampOf, type SourceOptions, type Unit } from '../../../src/model/index.ts';
import { removeFolders, temporaryFolder } from '../sources/build-repository.ts';
import { CATALOGUE, LATER, run, token } from './audit-run.ts';

afterAll(removeFolders);

let root = '';
let stateDir = '';
beforeEach(() => {
  root = temporaryFolder();
  stateDir = join(temporaryFolder(), 'state');
  writeFileSync(join(root, 'a.txt'), `token = ${token(1)}\n`);
});

const OPTIONS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] };
const unitOf = (...paths: readonly string[]): Unit => ({ kind: 'files', root, log: false, paths, stamps: Float64Array.from(paths.flatMap((path) => stampOf(statSync(join(root, path))))) });

const RULES = { id: CATALOGUE.digest, digests: () => ruleDigests(CATALOGUE) };

function open(more: Partial<Parameters<typeof openScanCache>[0]> = {}): ScanCache {
  const cache = openScanCache({ stateDir, engine: 'test', rules: RULES, maxBytes: 1 << 28, startedAt: LATER, now: () => new Date(), onTrouble: (error) => { throw error; }, roots: [root], ...more });
  if (cache === undefined) throw new Error('there is no cache');
  return cache;
}

/** A cache that says, in good order, that nothing is in the file. */
function lie(): string {
  const cache = open();
  cache.learn({ unit: unitOf('a.txt'), states: Uint8Array.of(1), matches: [] }, OPTIONS);
  cache.save();
  return theFile();
}

const folder = (): string => join(stateDir, 'cache');
const files = (): readonly string[] => readdirSync(folder()).map((name) => join(folder(), name));
function theFile(): string {
  const [file, ...others] = files().filter((one) => lstatSync(one).isFile() && readFileSync(one, 'latin1').startsWith('twcache1'));
  if (file === undefined || others.length > 0) throw new Error('there is not one file');
  return file;
}
const findings = async (): Promise<number> => (JSON.parse((await run({ targets: [root], cache: { stateDir } })).report) as { findings: unknown[] }).findings.length;

describe('a cache', () => {
  it('is believed if it is whole and of our key: what follows would prove nothing otherwise', async () => {
    lie();
    expect(await findings()).toBe(0);
  });

  const tampered: readonly (readonly [what: string, tamper: (file: string) => void])[] = [
    ['of another key', () => writeFileSync(join(stateDir, 'cache.key'), new Uint8Array(32), { mode: 0o600 })],
    ['that is empty', (file) => writeFileSync(file, '')],
    ['that ends early', (file) => writeFileSync(file, readFileSync(file).subarray(0, -1))],
    ['that ends in its head', (file) => writeFileSync(file, readFileSync(file).subarray(0, 30))],
    ['that is longer', (file) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(1)]))],
    ['that claims a head of 4 GB', (file) => writeFileSync(file, Buffer.concat([Buffer.from('twcache1'), Buffer.alloc(4, 255), Buffer.alloc(60)]))],
    ['that is a folder', (file) => { rmSync(file); mkdirSync(file); }],
    ['that is a link', (file) => { renameSync(file, join(root, '..', 'elsewhere.twc')); symlinkSync(join(root, '..', 'elsewhere.twc'), file); }],
    ['that goes by the name of another scope', (file) => {
      const other = open({ engine: 'another' });
      other.learn({ unit: unitOf('a.txt'), states: Uint8Array.of(1), matches: [] }, OPTIONS);
      rmSync(file);
      other.save();
      renameSync(theFile(), file);
    }],
  ];
  it.each(tampered)('%s is ignored', async (_what, tamper) => {
    tamper(lie());
    expect(await findings()).toBe(1);
  });

  it('with any one bit flipped is ignored', async () => {
    const file = lie();
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 1) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8((whole[at] as number) ^ (1 << at % 8), at);
      writeFileSync(file, flipped);
      expect(open().part(unitOf('a.txt'), OPTIONS).rest, `byte ${at}`).toBeDefined();
    }
    expect(await findings()).toBe(1);
  });

  it.each([
    ['readable by others', () => chmodSync(join(stateDir, 'cache.key'), 0o640)],
    ['of another length', () => writeFileSync(join(stateDir, 'cache.key'), new Uint8Array(31))],
  ])('whose key is %s is not used', async (_what, change) => {
    lie();
    change();
    expect(await findings()).toBe(1);
  });

  it('whose key is of another owner is not used', () => {
    lie();
    const owner = (process.getuid?.() ?? 0) + 1;
    expect(openScanCache({ stateDir, owner, engine: 'test', rules: RULES, maxBytes: 1 << 28, startedAt: LATER, now: () => new Date(), onTrouble: () => undefined, roots: [root] })).toBeUndefined();
  });

  it('that lies in the target is not used, and none is made there to be used', async () => {
    const inside = join(root, 'state');
    const outcome = await run({ targets: [root], cache: { stateDir: inside } });
    expect(outcome.hadCache).toBe(false);
    expect(existsSync(join(inside, 'cache.key'))).toBe(false);
  });

  it('does not serve the index', async () => {
    const opened: boolean[] = [];
    await run({ targets: [root], source: { mode: 'staged' }, cache: { stateDir } }).then(({ hadCache }) => opened.push(hadCache), () => opened.push(existsSync(stateDir)));
    expect(opened).toEqual([false]);
  });

  it.each([
    ['options', { ...OPTIONS, archives: false }, {}],
    ['a size cap', { ...OPTIONS, maxFileBytes: 10 }, {}],
    ['rules', OPTIONS, { rules: { id: 'others', digests: () => new Map([['other', '1']]) } }],
    ['an engine', OPTIONS, { engine: 'newer' }],
  ])('knows nothing under other %s', (_what, options, more) => {
    lie();
    const { events, rest, untried } = open(more).part(unitOf('a.txt'), options);
    expect(rest ?? untried).toBeDefined();
    expect(events).toEqual([]);
  });

  it('knows nothing of the same file read as a log', () => {
    lie();
    expect(open().part({ ...unitOf('a.txt'), log: true } as Unit, OPTIONS).rest).toBeDefined();
  });
});

describe('a file', () => {
  it('that was changed is not the one that was known, whatever its times say', () => {
    lie();
    const { size, atime, mtime } = statSync(join(root, 'a.txt'));
    writeFileSync(join(root, 'a.txt'), 'x'.repeat(size));
    utimesSync(join(root, 'a.txt'), atime, mtime);
    expect(open().part(unitOf('a.txt'), OPTIONS).rest).toBeDefined();
  });

  it('that was changed just before the run is not remembered: it could change again within the same tick', () => {
    const cache = open({ startedAt: new Date() });
    cache.learn({ unit: unitOf('a.txt'), states: Uint8Array.of(1), matches: [] }, OPTIONS);
    cache.save();
    expect(files()).toEqual([]);
  });

  it('is known again under another name, with its findings there', async () => {
    await run({ targets: [root], cache: { stateDir } });
    renameSync(join(root, 'a.txt'), join(root, 'b.txt'));
    // A new name is a change of the inode, too: it is read again.
    const moved = await run({ targets: [root], cache: { stateDir } });
    expect(moved.report).toContain('"b.txt"');
    expect(moved.report).toBe((await run({ targets: [root] })).report);
  });

  it('whose inode number is too large to be exact is never known', () => {
    const unit: Unit = { kind: 'files', root, log: false, paths: ['a.txt'], stamps: Float64Array.from(stampOf({ dev: 1, ino: 2 ** 60, size: 3, mtimeMs: 1.5, ctimeMs: 1.5 })) };
    const cache = open();
    cache.learn({ unit, states: Uint8Array.of(1), matches: [] }, OPTIONS);
    cache.save();
    expect(open().part(unit, OPTIONS).rest).toBeDefined();
  });
});

describe('the folder of the cache', () => {
  it('holds no secret, in no form, and nobody else may read it', async () => {
    writeFileSync(join(root, 'b.txt'), `url = "https://ana:${token(2)}@example.com/" and password = "xK9${token(3).slice(8, 20)}"\n`);
    await run({ targets: [root], cache: { stateDir } });
    expect(files().length).toBeGreaterThan(0);
    for (const file of [...files(), join(stateDir, 'cache.key')]) {
      expect(lstatSync(file).mode & 0o777).toBe(0o600);
      const text = readFileSync(file, 'latin1');
      for (const secret of [token(1), token(2), token(3).slice(8, 20)]) {
        for (const form of [secret, Buffer.from(secret).toString('base64url'), Buffer.from(secret).toString('hex'), encodeURIComponent(secret)]) expect(text).not.toContain(form.slice(4, 18));
      }
    }
    expect(lstatSync(folder()).mode & 0o777).toBe(0o700);
  });

  it('can be deleted at any moment', async () => {
    const without = await run({ targets: [root] });
    await run({ targets: [root], cache: { stateDir } });
    rmSync(folder(), { recursive: true });
    expect((await run({ targets: [root], cache: { stateDir } })).report).toBe(without.report);
    rmSync(join(stateDir, 'cache.key'));
    expect((await run({ targets: [root], cache: { stateDir } })).report).toBe(without.report);
    const cache = open();
    cache.learn({ unit: unitOf('a.txt'), states: Uint8Array.of(1), matches: [] }, OPTIONS);
    rmSync(folder(), { recursive: true });
    expect(() => cache.save()).toThrow(/ENOENT/); // as `onTrouble` of this test throws it on
  });

  it('serves runs at the same time', async () => {
    for (let number = 0; number < 40; number += 1) writeFileSync(join(root, `${number}.txt`), `${number} ${number % 9 === 0 ? token(number) : ''}\n`);
    const without = await run({ targets: [root] });
    const together = await Promise.all([1, 2, 3].map(() => run({ targets: [root], cache: { stateDir } })));
    expect(together.map(({ report }) => report)).toEqual([1, 2, 3].map(() => without.report));
    expect((await run({ targets: [root], cache: { stateDir } })).report).toBe(without.report);
    expect(open().part(unitOf('a.txt', '1.txt'), OPTIONS).rest).toBeUndefined();
  });

  it('keeps to its size: what was used longest ago goes first', () => {
    const maxBytes = 2000;
    const rules = { id: 'few', digests: () => new Map([['one', '1']]) };
    const roots = Array.from({ length: 8 }, () => temporaryFolder());
    let clock = 1_700_000_000_000;
    const at = (place: string): Unit => ({ kind: 'files', root: place, log: false, paths: Array.from({ length: 6 }, (_, index) => `${index}`), stamps: Float64Array.from(Array.from({ length: 6 }, (_, index) => stampOf({ dev: 1, ino: index, size: 1, mtimeMs: 1, ctimeMs: 1 })).flat()) });
    for (const place of roots) {
      clock += 60_000;
      const cache = open({ maxBytes, rules, now: () => new Date(clock) });
      cache.learn({ unit: at(place), states: new Uint8Array(6).fill(1), matches: [] }, OPTIONS);
      cache.save();
      // What was there first is used again and again.
      if (place !== roots[0]) expect(cache.part(at(roots[0] as string), OPTIONS).rest).toBeUndefined();
      for (const file of files()) if (statSync(file).mtimeMs > clock) utimesSync(file, new Date(clock), new Date(clock));
    }
    expect(files().reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThanOrEqual(maxBytes);
    expect(files().length).toBeGreaterThan(1);
    const last = open({ maxBytes, rules });
    expect(last.part(at(roots[0] as string), OPTIONS).rest).toBeUndefined();
    expect(last.part(at(roots[7] as string), OPTIONS).rest).toBeUndefined();
    expect(last.part(at(roots[2] as string), OPTIONS).rest).toBeDefined();
  });

  it('stays a few files, however many runs learn a little', () => {
    for (let number = 0; number < 40; number += 1) {
      const cache = open();
      const unit: Unit = { kind: 'files', root, log: false, paths: ['x'], stamps: Float64Array.from(stampOf({ dev: 1, ino: number, size: 1, mtimeMs: 1, ctimeMs: 1 })) };
      cache.learn({ unit, states: Uint8Array.of(1), matches: [] }, OPTIONS);
      cache.save();
    }
    expect(files().length).toBeLessThan(8);
    const all: Unit = { kind: 'files', root, log: false, paths: Array.from({ length: 40 }, () => 'x'), stamps: Float64Array.from(Array.from({ length: 40 }, (_, ino) => stampOf({ dev: 1, ino, size: 1, mtimeMs: 1, ctimeMs: 1 })).flat()) };
    expect(open().part(all, OPTIONS)).toEqual({ events: [{ type: 'scanned', counts: { files: 40, bytes: 40 } }] });
  });
});
