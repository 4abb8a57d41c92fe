import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepAtRef, linesAtRef } from '../../../src/assemble/index.ts';
import { anchorInFile, headsInFile, openLedger, readAnchors, readLedger, toOcsf, verifyLedger, writeAnchor } from '../../../src/respond/index.ts';
import type { AnchorHeads, Ledger } from '../../../src/respond/index.ts';
import { NOW } from './world.ts';

let folder: string;
let path: string;
let kept: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anchors-'));
  path = join(folder, 'ledger.jsonl');
  kept = join(folder, 'heads.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function write(count: number, what = 'note', file = path): Promise<void> {
  const ledger = await openLedger(file, { now: () => NOW, run: 'r', actor: 'a', warnings: process });
  for (let index = 0; index < count; index += 1) ledger.append(what, { index });
  ledger.close();
}

async function anchor(file = path): Promise<ReturnType<Ledger['head']>> {
  const { head } = await verifyLedger(file);
  anchorInFile(kept, { ...head, at: NOW.toISOString() });
  return head;
}

const heads = (): readonly AnchorHeads[] => [headsInFile(kept) ?? { place: kept, heads: [], foreign: 0 }];
const reasons = async (anchors = heads()): Promise<readonly string[]> => (await verifyLedger(path, anchors)).damage.map(({ kind, reason }) => `${kind}: ${reason}`);

describe('a head that is kept elsewhere', () => {
  it('agrees with the ledger that it was taken of, and with what was appended since', async () => {
    await write(3);
    await anchor();
    await write(2);
    await anchor();
    expect(await verifyLedger(path, heads())).toMatchObject({ ok: true, anchors: [{ place: kept, heads: 2 }], damage: [] });
  });

  it('finds a ledger that was cut together with its head file', async () => {
    await write(2);
    const [short, head] = [readFileSync(path), readFileSync(`${path}.head`)];
    await write(3);
    await anchor();
    writeFileSync(path, short);
    writeFileSync(`${path}.head`, head);
    expect(await reasons([])).toEqual([]);
    expect(await reasons()).toEqual([expect.stringContaining(`dropped: record 5, whose hash ${kept} keeps, is missing`)]);
  });

  it('finds a ledger that was written anew, whole and with a right chain', async () => {
    await write(4);
    await anchor();
    const forged = join(folder, 'forged.jsonl');
    await write(6, 'nothing-to-see', forged);
    copyFileSync(forged, path);
    copyFileSync(`${forged}.head`, `${path}.head`);
    expect(await reasons([])).toEqual([]);
    expect(await reasons()).toEqual([expect.stringContaining('was written anew from here or before')]);
  });

  it('finds a ledger that is gone together with its head file', async () => {
    await write(4);
    await anchor();
    rmSync(path);
    rmSync(`${path}.head`);
    expect(await reasons()).toEqual([expect.stringContaining('the ledger is gone: records 1 to 4')]);
  });

  it('is told when somebody else wrote to its place', async () => {
    await write(1);
    await anchor();
    appendFileSync(kept, 'seq 1\n');
    expect(await reasons()).toEqual([expect.stringContaining('1 line that is no head')]);
    const before = readFileSync(kept, 'utf8');
    expect(() => anchorInFile(kept, { seq: 1, hash: '0'.repeat(64), at: NOW.toISOString() })).toThrow(/something other than heads/);
    expect(readFileSync(kept, 'utf8')).toBe(before);
  });

  it('is never written through a link', () => {
    execFileSync('ln', ['-s', '/dev/null', kept]);
    expect(() => anchorInFile(kept, { seq: 1, hash: '0'.repeat(64), at: NOW.toISOString() })).toThrow(/could not be kept/);
  });

  it('lies at a git ref, too, and touches nothing else there', async () => {
    const repository = join(folder, 'repository');
    execFileSync('git', ['init', '-q', repository]);
    const place = { kind: 'git', repository, ref: 'refs/tokenwarden/ledger' } as const;
    expect(await linesAtRef(place, process.env)).toBeUndefined();
    for (let round = 0; round < 3; round += 1) {
      await write(2);
      const { head } = await verifyLedger(path);
      await keepAtRef(place, writeAnchor({ ...head, at: NOW.toISOString() }), process.env);
    }
    const anchors = [readAnchors('ref', (await linesAtRef(place, process.env)) ?? [])];
    expect(anchors[0]?.heads.map(({ seq }) => seq)).toEqual([2, 4, 6]);
    expect(await verifyLedger(path, anchors)).toMatchObject({ ok: true });
    expect(execFileSync('git', ['-C', repository, 'status', '--porcelain']).toString()).toBe('');
    writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, 4).join('\n') + '\n');
    rmSync(`${path}.head`);
    expect(await reasons(anchors)).toEqual([expect.stringContaining('record 6')]);
  });
});

describe('a record as an event of OCSF', () => {
  it('has the numbers of its class, and the whole record', async () => {
    const ledger = await openLedger(path, { now: () => NOW, run: 'run-1', actor: 'ana', warnings: process });
    ledger.append('apply.intent', { action: 'abc', kind: 'revoke', host: 'issuer.example', finding: 'f1' }, 'tw1:x');
    ledger.append('introspect.sent', { host: 'issuer.example' }, 'tw1:x');
    ledger.append('review.opened', { plan: 'p', by: 'ben', reason: 'r' });
    ledger.close();
    const events = [];
    for await (const record of readLedger(path)) events.push(toOcsf(record, '1.2.3'));
    expect(events.map(({ class_uid, activity_id, type_uid }) => [class_uid, activity_id, type_uid])).toEqual([[7001, 2, 700102], [6003, 2, 600302], [3004, 1, 300401]]);
    expect(events[0]).toMatchObject({ time: NOW.getTime(), command_uid: 'abc', actor: { user: { name: 'ana' } }, metadata: { version: '1.4.0', product: { name: 'tokenwarden', version: '1.2.3' } }, unmapped: { event: 'apply.intent', detail: { kind: 'revoke' } } });
    expect(events[1]).toMatchObject({ api: { operation: 'introspect.sent' }, dst_endpoint: { hostname: 'issuer.example' } });
    // Attributes of the class in 1.4, of the base event and of the profile that it names; a validator knows no others.
    const base = ['activity_id', 'activity_name', 'category_name', 'category_uid', 'class_name', 'class_uid', 'type_uid', 'time', 'severity_id', 'status_id', 'status', 'status_code', 'status_detail', 'message', 'metadata', 'actor', 'observables', 'enrichments', 'unmapped'];
    const own: Readonly<Record<number, readonly string[]>> = { 7001: ['command_uid', 'remediation'], 6003: ['api', 'src_endpoint', 'dst_endpoint', 'resources'], 3004: ['entity'] };
    for (const event of events) expect(Object.keys(event).filter((name) => ![...base, ...(own[Number(event['class_uid'])] ?? [])].includes(name))).toEqual([]);
    expect(events[0]).toMatchObject({ metadata: { profiles: ['host'] }, observables: [{ name: 'enrichments[].value', type_id: 99, value: 'tw1:x' }], enrichments: [{ value: 'tw1:x' }] });
    expect(events[1]).toMatchObject({ observables: [{ name: 'resources[].uid', value: 'tw1:x' }], resources: [{ uid: 'tw1:x' }] });
  });

  it('calls what failed a failure, and what is open by its own name', () => {
    const record = (status: string) => ({ seq: 1, prev: '0'.repeat(64), at: NOW.toISOString(), run: 'r', actor: 'ana', event: 'apply.result', detail: { status } });
    expect(toOcsf(record('unable'), '1')).toMatchObject({ status_id: 2, status: 'Failure', status_code: 'unable' });
    expect(toOcsf(record('requested'), '1')).toMatchObject({ status_id: 99, status: 'requested' });
    expect(toOcsf(record('done'), '1')).toMatchObject({ status_id: 1, status: 'Success' });
  });
});
