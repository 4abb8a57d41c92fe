import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { packTar } from 'modern-tar';
import type { Origin } from '../../../src/model/index.ts';
import { readOccurrence } from '../../../src/sources/index.ts';
import { buildRepository, removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip } from './build-zip.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

const environment = { PATH: process.env['PATH'] };
const again = async (target: string, origin: Origin): Promise<string> => Buffer.from(await readOccurrence({ target, origin: JSON.parse(JSON.stringify(origin)) as Origin, startLine: 1 }, environment)).toString();

describe('an occurrence', () => {
  it('of every kind reads again as it was scanned', async () => {
    const repository = buildRepository();
    const tar = gzipSync(await packTar([{ header: { name: 'in', size: 6, mtime: new Date(0) }, body: 'member' }]));
    repository.commit({ 'dir/f': 'file\n', 'a.zip': buildZip([{ name: 'other', content: 'o' }, { name: 'x.tgz', content: tar }]) }, 'message');
    repository.git('tag', '--annotate', '--message', 'tagged', 'v1');
    repository.write('dir/f', 'staged\n').git('add', '--all');
    for (const mode of ['tree', 'staged', 'history'] as const) {
      const seen = await scanTarget(repository.path, { mode });
      expect(seen.blobs.length).toBeGreaterThan(0);
      for (const { origin, text } of seen.blobs) expect(await again(seen.planned.root, origin)).toBe(text);
    }
    repository.write('ci.log', 'log line\n');
    const log = await scanTarget({ kind: 'path', path: join(repository.path, 'ci.log'), log: true });
    for (const { origin, text } of log.blobs) expect(await again(log.planned.root, origin)).toBe(text);
  });

  it('reads again from a bare repository, through resolved origins', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'SECRET\n' });
    const bare = join(temporaryFolder(), 'bare.git');
    repository.git('clone', '--quiet', '--bare', repository.path, bare);
    const seen = await scanTarget(bare);
    const [origin] = await seen.resolve('SECRET');
    expect(origin).toBeDefined();
    if (origin !== undefined) expect(await again(bare, origin)).toBe('SECRET\n');
  });

  it('of a lone file may be asked for by the folder or the file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'f'), 'x');
    expect(await again(folder, { kind: 'file', path: 'f' })).toBe('x');
    expect(await again(join(folder, 'f'), { kind: 'file', path: 'f' })).toBe('x');
  });

  it('that is gone, leads out of its target, or cannot be read twice, is an error that says so', async () => {
    const repository = buildRepository();
    repository.commit({ f: 'x' });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'real'), 'x');
    symlinkSync(repository.path, join(folder, 'out'));
    symlinkSync('real', join(folder, 'link'));
    const origins: readonly (readonly [string, Origin])[] = [
      [folder, { kind: 'file', path: 'gone' }],
      [folder, { kind: 'file', path: '../anything' }],
      [folder, { kind: 'file', path: '/etc/hostname' }],
      [folder, { kind: 'file', path: 'out/f' }],
      [folder, { kind: 'file', path: 'link' }],
      [folder, { kind: 'member', archive: { kind: 'file', path: 'real' }, path: 'm' }],
      [folder, { kind: 'staged', blob: '1'.repeat(40), path: 'f' }],
      [repository.path, { kind: 'commit', blob: '1'.repeat(40), path: 'f', reachable: true }],
      [repository.path, { kind: 'commit', blob: '--batch-all-objects', path: 'f', reachable: true }],
      [repository.path, { kind: 'stdin' }],
      [repository.path, { kind: 'url', url: 'https://example.com/' }],
    ];
    for (const [target, origin] of origins) await expect(again(target, origin)).rejects.toMatchObject({ code: 'OCCURRENCE_UNREADABLE' });
  });
});
