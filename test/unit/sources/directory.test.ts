import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRepository, removeFolders, temporaryFolder } from './build-repository.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('a plain folder', () => {
  it('is scanned whole, in an order that does not change, and counted', async () => {
    const folder = folderWith({ 'b.txt': 'two', 'a/z': 'three', 'a/y/x': 'four!', '.hidden': 'five', empty: '' });
    const seen = await scanTarget(folder);
    expect(seen.blobs.map(({ path }) => path)).toEqual(['.hidden', 'b.txt', 'empty', 'a/z', 'a/y/x']);
    expect(seen.counts.scanned).toEqual({ files: 5, blobs: 0, commits: 0, bytes: 17 });
    expect(seen.counts.planned).toEqual(seen.counts.scanned);
    expect(seen.skips).toEqual([]);
    expect(seen.planned.root).toBe(folder);
  });

  it('keeps .gitignore out of it: without git nothing is ignored', async () => {
    const seen = await scanTarget(folderWith({ '.gitignore': 'secret\n', secret: 's' }));
    expect(seen.paths).toEqual(['.gitignore', 'secret']);
  });

  it('notes links, pipes and sockets and opens none of them', async () => {
    const folder = folderWith({ 'real/file': 'x' });
    const outside = folderWith({ secret: 'outside' });
    symlinkSync(outside, join(folder, 'to-outside'));
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('missing', join(folder, 'dangling'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const seen = await scanTarget(folder);
    expect(seen.paths).toEqual(['real/file']);
    expect(seen.skipped('symlink').map(({ what }) => what)).toEqual(['dangling', 'loop', 'to-outside']);
    expect(seen.skipped('special-file').map(({ what }) => what)).toEqual(['pipe']);
  });

  it('finds files whatever their names are made of', async () => {
    const folder = folderWith({ 'with\nnewline': 'a', 'tab\tand "quotes"': 'b', '-dash': 'c', '日本/ü.txt': 'd' });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('caf\xe9', 'latin1')]), 'e');
    mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('/in')]), 'f');
    const seen = await scanTarget(folder);
    expect(seen.skips).toEqual([]);
    expect(seen.blobs.map(({ text }) => text).sort().join('')).toBe('abcdef');
    expect(seen.at('caf\uFFFDe9').text).toBe('e');
    expect(seen.at('\uFFFDff\uFFFDfe/in').text).toBe('f');
  });

  it('walks very deep trees, and says so where the system itself refuses a path', async () => {
    const folder = temporaryFolder();
    const deep = Array.from({ length: 900 }, () => 'd').join('/');
    mkdirSync(join(folder, deep), { recursive: true });
    writeFileSync(join(folder, deep, 'file'), 'bottom');
    // Longer than the system takes at once: made of two halves.
    const half = Array.from({ length: 15 }, () => 'n'.repeat(200)).join('/');
    mkdirSync(join(folder, half), { recursive: true });
    mkdirSync(join(folder, 'other', half), { recursive: true });
    writeFileSync(join(folder, 'other', half, 'file'), 'too deep');
    renameSync(join(folder, 'other'), join(folder, half, 'other'));
    const seen = await scanTarget(folder);
    expect(seen.blobs.map(({ text }) => text)).toEqual(['bottom']);
    expect(seen.skipped('unreadable')).toHaveLength(1);
    expect(seen.skipped('unreadable')[0]?.detail).toContain('ENAMETOOLONG');
  });

  it('reads the config of a git directory that lies in it, and says that its objects were not unpacked', async () => {
    const repository = buildRepository();
    repository.commit({ tracked: 'x' });
    repository.git('config', 'remote.origin.url', 'https://user:in-config@git.example/r');
    const seen = await scanTarget(join(repository.path, '..'));
    expect(seen.paths).toContain('repository/tracked');
    expect(seen.at('repository/.git/config').text).toContain('in-config');
    expect(seen.paths.some((path) => path.includes('/objects/'))).toBe(false);
    expect(seen.skipped('ignored').map(({ what }) => what)).toEqual(['repository/.git/objects']);
  });

  it('leaves out what globs exclude, one line for each glob, and what is over the cap', async () => {
    const folder = folderWith({ 'docs/a': '12345', 'docs/b': '123', 'x.log': '1', 'keep.log': '1', 'big.bin': 'x'.repeat(2000), small: 's' });
    const seen = await scanTarget(folder, { ignore: ['docs/**', '*.log', '!keep.log'], maxFileBytes: 1000 });
    expect(seen.paths).toEqual(['keep.log', 'small']);
    expect(seen.skipped('excluded-glob')).toEqual([
      { what: '*.log', reason: 'excluded-glob', count: 1, bytes: 1 },
      { what: 'docs/**', reason: 'excluded-glob', count: 2, bytes: 8 },
    ]);
    expect(seen.skipped('too-large')).toEqual([{ what: 'big.bin', reason: 'too-large', bytes: 2000 }]);
    expect(seen.counts.planned.files).toBe(2);
  });

  it('puts small files together and big ones alone', async () => {
    const files = Object.fromEntries(Array.from({ length: 260 }, (_, index) => [`f${index}`, 'x']));
    const seen = await scanTarget(folderWith({ ...files, 'z-big': Buffer.alloc(9 << 20, 'b') }));
    expect(seen.units).toBe(4);
    expect(seen.counts.scanned).toEqual({ files: 261, blobs: 0, commits: 0, bytes: 260 + (9 << 20) });
  });

  it('leaves out binaries when told to, but never UTF-16 text', async () => {
    const folder = folderWith({ program: Buffer.from([1, 0, 2, 0xff, 0, 0]), 'wide.txt': Buffer.from('token = "value"\n'.repeat(9), 'utf16le'), text: 't' });
    const seen = await scanTarget(folder, { binaries: false });
    expect(seen.paths).toEqual(['text', 'wide.txt']);
    expect(seen.skipped('excluded-binary')).toEqual([{ what: 'program', reason: 'excluded-binary', bytes: 6 }]);
  });

  it('tells compressed formats that it does not unpack', async () => {
    const seen = await scanTarget(folderWith({ 'a.7z': Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]), 'b.txt': 'BZh is no bzip2 here' }));
    expect(seen.paths).toEqual(['a.7z', 'b.txt']);
    expect(seen.skipped('excluded-archive').map(({ what, detail }) => [what, detail?.split(' ')[0]])).toEqual([['a.7z', '7z']]);
  });

  it('reads the rows of databases, in UTF-16 too', async () => {
    const database = (encoding: string): Buffer => {
      const file = join(temporaryFolder(), 'a.db');
      const made = new DatabaseSync(file);
      made.exec(`PRAGMA encoding = '${encoding}'; CREATE TABLE t (a); INSERT INTO t VALUES ('as it was written')`);
      made.close();
      return readFileSync(file);
    };
    const seen = await scanTarget(folderWith({ 'narrow.db': database('UTF-8'), 'wide.db': database('UTF-16be') }));
    const rows = seen.blobs.filter(({ path }) => path.includes('!/t/'));
    expect(rows.map(({ text }) => text)).toEqual([expect.stringContaining('as it was written'), expect.stringContaining('as it was written')]);
    expect(seen.skipped('excluded-archive')).toEqual([]);
  });

  it('notes an LFS pointer besides scanning it', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 4096\n`;
    const seen = await scanTarget(folderWith({ 'model.bin': pointer, 'prose.md': 'version https://git-lfs.github.com/spec/v1\nis a line\n' }));
    expect(seen.paths).toEqual(['model.bin', 'prose.md']);
    expect(seen.skipped('lfs-pointer').map(({ what, bytes }) => [what, bytes])).toEqual([['model.bin', 4096]]);
  });
});

describe('what cannot be read', () => {
  it('is a gap for closed files and folders, seen as a user without rights', async () => {
    const folder = folderWith({ open: 'x', closed: 'y', 'shut/inside': 'z' });
    chmodSync(join(folder, 'closed'), 0);
    chmodSync(join(folder, 'shut'), 0);
    chmodSync(folder, 0o755);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const script = fileURLToPath(new URL('scan-as-user.ts', import.meta.url));
    const output = execFileSync(process.execPath, [script, folder], { ...asNobody, encoding: 'utf8', env: { PATH: process.env['PATH'] } });
    chmodSync(join(folder, 'shut'), 0o700);
    expect(JSON.parse(output)).toEqual({
      paths: ['open'],
      skips: [
        { what: 'shut', reason: 'unreadable', detail: 'folder: EACCES' },
        { what: 'closed', reason: 'unreadable', detail: 'EACCES' },
      ],
    });
  });

  it('is an error with a stable code for a target that does not exist, or is no file', async () => {
    const folder = folderWith({ file: 'x' });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(scanTarget(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
    await expect(scanTarget(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
    await expect(scanTarget(join(folder, 'pipe'))).rejects.toMatchObject({ code: 'TARGET_NOT_A_FILE' });
    await expect(scanTarget(folder, { mode: 'history' })).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
  });
});

describe('a single file', () => {
  it('is scanned alone, its path relative to its folder', async () => {
    const folder = folderWith({ one: 'x', two: 'y' });
    const seen = await scanTarget(join(folder, 'one'));
    expect(seen.paths).toEqual(['one']);
    expect(seen.planned.root).toBe(folder);
  });

  it('is found through a link that the user names', async () => {
    const folder = folderWith({ one: 'x' });
    symlinkSync(join(folder, 'one'), join(folder, 'link'));
    expect((await scanTarget(join(folder, 'link'))).paths).toEqual(['one']);
  });
});

describe('a log', () => {
  it('has an origin of its own kind', async () => {
    const folder = folderWith({ 'run.log': 'line' });
    const seen = await scanTarget({ kind: 'path', path: join(folder, 'run.log'), log: true });
    expect(seen.blobs.map(({ origin }) => origin)).toEqual([{ kind: 'log', name: 'run.log' }]);
  });

  it('is named by its path in the work tree that it lies in, even if git ignores it', async () => {
    const repository = buildRepository();
    repository.commit({ '.gitignore': 'logs/\n' });
    repository.write('logs/run.log', 'line');
    const seen = await scanTarget({ kind: 'path', path: join(repository.path, 'logs/run.log'), log: true }, { mode: 'history' });
    expect(seen.blobs.map(({ origin }) => origin)).toEqual([{ kind: 'log', name: 'logs/run.log' }]);
    expect(seen.planned.root).toBe(repository.path);
  });
});
