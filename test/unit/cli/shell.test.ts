import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { interruptible } from '../../../src/cli/interrupt.ts';
import { isWatched, usesColor } from '../../../src/cli/io.ts';
import { describeError } from '../../../src/cli/print-error.ts';
import { progressView } from '../../../src/cli/progress.ts';
import { namedTargets, refuseStreams, refuseToOverwrite } from '../../../src/cli/targets.ts';
import { whyStopped } from '../../../src/lib/stopped.ts';
import { WardenError } from '../../../src/model/index.ts';
import { workingDirectory } from '../settings/folder.ts';
import { fakeIo, ran } from './fake-io.ts';

describe('an interrupt', () => {
  it('ends the run orderly the first time and at once the second', () => {
    const killed: number[] = [];
    const { io, interrupt } = fakeIo({ onKill: (code) => killed.push(code) });
    const said: string[] = [];
    const run = interruptible(io, undefined, (text) => said.push(text));
    expect(run.signal.aborted).toBe(false);
    interrupt();
    expect(whyStopped(run.signal)).toBe('interrupted');
    expect({ killed, said: said.length }).toEqual({ killed: [], said: 1 });
    interrupt();
    expect(killed).toEqual([130]);
    run.end();
    interrupt();
    expect(killed).toEqual([130]);
  });

  it('is told apart from the timeout', async () => {
    const { io } = fakeIo();
    const run = interruptible(io, 5, () => undefined);
    const ended = interruptible(io, 5, () => undefined);
    ended.end();
    await delay(40);
    expect(whyStopped(run.signal)).toBe('timeout');
    expect(ended.signal.aborted).toBe(false);
  });
});

describe('colours and bars', () => {
  it.each([
    [{ terminal: true }, true],
    [{ terminal: false }, false],
    [{ terminal: true, env: { NO_COLOR: '1' } }, false],
    [{ terminal: true, env: { NO_COLOR: '' } }, true],
    [{ terminal: true, env: { TERM: 'dumb' } }, false],
    [{ terminal: false, env: { FORCE_COLOR: '1' } }, true],
    [{ terminal: true, env: { FORCE_COLOR: '0' } }, false],
    [{ terminal: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
  ])('of %j: %s', (options, colored) => {
    const { io } = fakeIo(options);
    expect(usesColor(io.env, io.stdout)).toBe(colored);
  });

  it('draw for a person at a terminal only', async () => {
    const drawn = async (options: Parameters<typeof fakeIo>[0], quiet: boolean): Promise<string> => {
      const { io, written } = fakeIo(options);
      const view = progressView(io, quiet);
      view.show({ phase: 'scan', done: 5_000_000, total: 10_000_000, bytes: 5_000_000 });
      await delay(300);
      view.show({ phase: 'verify', done: 1, total: 2, bytes: 10_000_000 });
      await delay(300);
      view.end();
      return written.stderr;
    };
    const terminal = await drawn({ terminal: true }, false);
    expect(terminal).toContain('5.0 MB of 10.0 MB');
    expect(terminal).toContain('1 of 2 credentials');
    expect(await drawn({ terminal: true }, true)).toBe('');
    expect(await drawn({ terminal: false }, false)).toBe('');
    expect(await drawn({ terminal: true, env: { CI: 'true' } }, false)).toBe('');
    const { io } = fakeIo({ terminal: true, env: { CI: 'false' } });
    expect(isWatched(io.env, io.stderr)).toBe(true);
  });
});

describe('an error', () => {
  const planted = `npm_${'x9Y'.repeat(12)}`;

  it('of ours is shown with code and hint', () => {
    expect(describeError(new WardenError('CODE', 'what is wrong', { hint: 'do this' }))).toBe('error: what is wrong [CODE]\nhint: do this');
    expect(describeError(new WardenError('CODE', 'a:1:1: one\na:2:1: two'))).toBe('error: there are several problems [CODE]\na:1:1: one\na:2:1: two');
  });

  it('of anyone else never shows its message, which may quote a secret', () => {
    let error: unknown;
    try {
      JSON.parse(planted);
    } catch (caught) {
      error = caught;
    }
    const text = describeError(error);
    expect(text).toContain('SyntaxError');
    expect(text).toMatch(/\n\s+at /);
    expect(text).not.toContain(planted.slice(0, 8));
    expect(describeError(planted)).not.toContain(planted);
    expect(describeError(new Error(`multi\nline ${planted}\n    at ${planted}`))).not.toContain(planted);
  });

  it('of the system names call and path', () => {
    const error = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', path: '/a\nb' });
    expect(describeError(error)).toBe('error: the system refused write of /a\\nb [ENOSPC]');
  });
});

describe('targets', () => {
  it('are the working directory without any, and logs come on top', async () => {
    await using folder = await workingDirectory({ 'ci.log': '' });
    const { io } = fakeIo({ cwd: folder.path });
    expect(namedTargets([], [], io)).toEqual([{ spec: { kind: 'path', path: folder.path, log: false }, given: '.' }]);
    expect(namedTargets([], ['ci.log'], io).map(({ spec }) => [spec.kind, spec.log])).toEqual([
      ['path', false],
      ['path', true],
    ]);
  });

  it('are scanned once however often they are given', async () => {
    await using folder = await workingDirectory({ 'a.env': '' });
    const { io } = fakeIo({ cwd: folder.path });
    expect(namedTargets(['./x/y/', '../z', 'a.env', 'x/y', './a.env'], [], io).map(({ given }) => given)).toEqual(['./x/y/', '../z', 'a.env']);
  });

  it('take standard input once', async () => {
    const { io } = fakeIo();
    expect(() => namedTargets(['-'], ['-'], io)).toThrow(expect.objectContaining({ code: 'USAGE_STDIN_TWICE' }));
    expect(() => namedTargets([''], [], io)).toThrow(expect.objectContaining({ code: 'USAGE_EMPTY_TARGET' }));
    expect(namedTargets(['-'], [], io)[0]?.spec).toMatchObject({ kind: 'stdin', log: false });
  });

  it('that are streams have neither index nor commits', async () => {
    const { io } = fakeIo();
    const targets = namedTargets(['.', '-'], [], io);
    for (const mode of ['staged', 'range', 'history'] as const) expect(() => refuseStreams(targets, mode)).toThrow(expect.objectContaining({ code: 'USAGE_STDIN_MODE' }));
    expect(() => refuseStreams(targets, 'tree')).not.toThrow();
    expect(await ran(['scan', '-', '--staged'], { cwd: process.cwd(), stdin: 'x' })).toMatchObject({ code: 2, stdout: '' });
  });

  it('are not overwritten by a report, however it names them', async () => {
    await using folder = await workingDirectory({ 'a.env': 'x' });
    symlinkSync('a.env', join(folder.path, 'link'));
    const { io } = fakeIo({ cwd: folder.path });
    const targets = namedTargets(['a.env', '.'], [], io);
    for (const name of ['a.env', './a.env', 'link']) await expect(refuseToOverwrite([join(folder.path, name)], targets)).rejects.toMatchObject({ code: 'OUTPUT_IS_TARGET' });
    await refuseToOverwrite(['-', join(folder.path, 'out.json')], targets);
    expect((await ran(['scan', 'a.env', '--report', 'json=link'], { cwd: folder.path })).code).toBe(2);
    expect(readFileSync(join(folder.path, 'a.env'), 'utf8')).toBe('x');
  });
});

describe('an option without a value', () => {
  it('says so when it is given one', async () => {
    const { code, stderr } = await ran(['scan', '--quiet=false']);
    expect(code).toBe(2);
    expect(stderr).toContain('option --quiet takes no value [USAGE_UNWANTED_VALUE]');
  });
});
