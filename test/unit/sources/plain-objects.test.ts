import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { CoverageEvent, GitObject, Unit } from '../../../src/model/index.ts';
import { readUnit } from '../../../src/sources/index.ts';
import { BuiltRepository, removeFolders, temporaryFolder } from './build-repository.ts';

afterAll(removeFolders);

const OPTIONS = { mode: 'history', includeIgnored: false, archives: true, binaries: false, ignore: [], environment: { PATH: process.env['PATH'] ?? '' } } as const;
const LARGE = 'a line of a long text, of which there are many\n'.repeat(40_000);

/** Texts of a unit by name of object, and what was noted; in one go with room for `room` bytes, or as blobs alone. */
async function read(unit: Unit, room: number | undefined): Promise<{ readonly texts: readonly string[]; readonly taken: number; readonly events: readonly CoverageEvent[]; readonly ended: readonly string[] }> {
  const texts: string[] = [];
  const events: CoverageEvent[] = [];
  const ended: string[] = [];
  let taken = 0;
  const nameOf = (origin: object): string => ('object' in origin ? String(origin.object) : 'blob' in origin ? String(origin.blob) : JSON.stringify(origin));
  const buffer = new Uint8Array(room ?? 0);
  const take = (origin: object, length: number): void => {
    taken += 1;
    texts.push(`${nameOf(origin)} ${Buffer.from(buffer.subarray(0, length)).toString('latin1')}`);
  };
  for await (const blob of readUnit(unit, OPTIONS, (event) => void events.push(event), (index, steady) => void ended.push(`${index} ${steady}`), room === undefined ? undefined : { buffer, take })) {
    let text = '';
    const target = new Uint8Array(1000);
    for (let count = await blob.read(target); count > 0; count = await blob.read(target)) text += Buffer.from(target.subarray(0, count)).toString('latin1');
    texts.push(`${nameOf(blob.origin)} ${text}`);
  }
  return { texts, taken, events, ended };
}

describe('objects that are plain texts', () => {
  it('are the same, in the same order and with the same notes, in one go and as blobs', async () => {
    const repository = new BuiltRepository(`${temporaryFolder()}/mixed`);
    const commit = repository.commit({ text: 'plain\n', empty: '', binary: Uint8Array.of(1, 0, 2, 0, 0, 3), wide: Buffer.from('\uFEFFwide text\n', 'utf16le'), packed: gzipSync('packed text\n'), long: LARGE, lfs: `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n` }, 'a message\n');
    const names = repository.git('ls-tree', '-r', '--format=%(objectname)', 'HEAD').split('\n');
    const objects: GitObject[] = [
      { oid: commit, type: 'commit', sizeBytes: 1, origin: { kind: 'message', object: commit, objectType: 'commit' } },
      ...[...names, 'f'.repeat(40), ...names].map((oid): GitObject => ({ oid, type: 'blob', sizeBytes: 1, origin: { kind: 'commit', blob: oid, path: '', reachable: true } })),
    ];
    const unit: Unit = { kind: 'objects', repository: { gitDir: `${repository.path}/.git`, workTree: repository.path }, objects };
    const alone = await read(unit, undefined);
    expect(alone.taken).toBe(0);
    expect(alone.texts.some((text) => text.includes('a message'))).toBe(true);
    for (const [room, taken] of [[64, 4], [1 << 16, 5], [4 << 20, 7]] as const) {
      const { taken: count, ...rest } = await read(unit, room);
      expect(count).toBe(taken);
      expect(rest).toEqual({ texts: alone.texts, events: alone.events, ended: alone.ended });
    }
  });
});
