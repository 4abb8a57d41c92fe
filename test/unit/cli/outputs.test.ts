import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareOutput } from '../../../src/cli/outputs.ts';
import { complaint } from '../settings/folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-outputs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('an output file', () => {
  it('appears whole, for its owner only, and nothing is left beside it', async () => {
    const path = join(folder, 'out.json');
    const output = await prepareOutput(path, 'report json');
    expect(await readdir(folder)).toEqual([]);
    await output.write('first');
    await output.write('second');
    expect(await readFile(path, 'utf8')).toBe('second');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['out.json']);
  });

  it('is written through a link, which stays', async () => {
    const real = join(folder, 'real.json');
    await writeFile(real, 'old');
    await symlink(real, join(folder, 'link.json'));
    await (await prepareOutput(join(folder, 'link.json'), 'report json')).write('new');
    expect(await readFile(real, 'utf8')).toBe('new');
    expect((await readdir(folder)).sort()).toEqual(['link.json', 'real.json']);
  });

  it('may be a device', async () => {
    await (await prepareOutput('/dev/null', 'report json')).write('gone');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('is refused before the work where it could not be written after it', async () => {
    await mkdir(join(folder, 'sub'));
    await symlink(join(folder, 'nothing'), join(folder, 'dangling'));
    await writeFile(join(folder, 'file'), '');
    const refused = (name: string): Promise<string> => complaint(prepareOutput(join(folder, name), 'report json'), folder);
    expect(await refused('sub')).toContain('[OUTPUT_UNWRITABLE] report json CWD/sub is a directory');
    expect(await refused('none/out.json')).toContain('needs the folder CWD/none, which does not exist');
    expect(await refused('file/out.json')).toContain('needs the folder CWD/file, which does not exist');
    expect(await refused('dangling')).toContain('is a link to a file that does not exist');
    expect(await refused(`${'x'.repeat(300)}.json`)).toContain('[OUTPUT_UNWRITABLE]');
  });

  it.skipIf(process.getuid?.() === 0)('is refused where permissions forbid it', async () => {
    await mkdir(join(folder, 'locked'));
    await chmod(join(folder, 'locked'), 0o500);
    expect(await complaint(prepareOutput(join(folder, 'locked/out.json'), 'report json'), folder)).toContain('cannot be written (EACCES)');
  });

  it('that fails half-way leaves the old one as it was', async () => {
    const path = join(folder, 'out.json');
    await writeFile(path, 'old');
    const output = await prepareOutput(path, 'report json');
    await rm(path);
    await mkdir(path);
    expect(await complaint(output.write('new'), folder)).toMatch(/\[OUTPUT_UNWRITABLE\] report json CWD\/out\.json cannot be written \(E/);
    expect(await readdir(folder)).toEqual(['out.json']);
  });
});
