import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Origin } from '../../../src/model/index.ts';
import { sampleOf } from '../../../src/rules/index.ts';
import { undecorated } from '../../../src/sources/log/undecorated.ts';
import { readBytes } from '../../../src/sources/read/byte-source.ts';
import { blobOf, engineFor, plaintexts, RULES } from '../detect/engine.ts';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip } from './build-zip.ts';
import { drain, scanTarget } from './scan-target.ts';

afterAll(removeFolders);

const IDS = ['github-pat-classic', 'github-oauth-app', 'npm-access-token', 'gitlab-pat', 'dockerhub-pat', 'sendgrid-api-key', 'huggingface-access-token', 'digitalocean-pat', 'linear-api-key', 'pypi-api-token', 'slack-bot', 'jwt'];
const rules = RULES.filter(({ id, confidence }) => IDS.includes(id) && confidence !== 'low');
const engine = engineFor(rules);
const tokens = rules.flatMap((rule) => rule.examples.map((sample) => sampleOf(rule.id, sample).text).filter((text) => /^\S+$/.test(text)));

/** Kinds whose length tells what is whole, and JWTs. A mask behind others may cover a brace as well as their end: they stay. */
const bare = rules.filter(({ id }) => id !== 'slack-bot' && id !== 'pypi-api-token').flatMap((rule) => rule.examples.map((sample) => sampleOf(rule.id, sample).token)).filter((text) => /^\S+$/.test(text));

const ESC = '\x1b';
const clean = async (text: string | Buffer, windowBytes?: number): Promise<string> => (await drain(undecorated(readBytes(Buffer.from(text))), windowBytes)).toString('utf8');

async function found(text: string, isLog: boolean): Promise<readonly string[]> {
  const blob = blobOf(Buffer.from(text));
  const output = await engine.scan(isLog ? { ...blob, read: undecorated(blob.read), isRewritten: true } : blob);
  const plain = plaintexts(output);
  return [...new Set(output.matches.map(({ ruleId }, index) => `${ruleId} ${plain[index]}`))].sort();
}

const stamp = (second: number): string => `2026-11-22T10:00:${String(second % 60).padStart(2, '0')}.1234567Z `;
const everyLine = (decorate: (line: string, index: number) => string) => (text: string): string => text.split('\n').map(decorate).join('\n');
const wrapped = (width: number) => everyLine((line) => line.match(new RegExp(`.{1,${width}}`, 'gs'))?.join('\n') ?? line);
const RUNNERS: Readonly<Record<string, (text: string) => string>> = {
  'GitHub timestamps': everyLine((line, index) => stamp(index) + line),
  'colours within words': everyLine((line) => line.replaceAll(/\S{7}/g, (word) => `${word.slice(0, 3)}${ESC}[1;31m${word.slice(3)}${ESC}[0m`)),
  'groups and marks of byte order': (text) => `\uFEFF${stamp(1)}##[group]Run it\n${everyLine((line, index) => (index % 3 === 0 ? `${stamp(2)}\uFEFF${line}` : line))(text)}\n##[endgroup]`,
  'Buildkite times': everyLine((line, index) => `${ESC}_bk;t=16999999${10_000 + index}\x07${line}`),
  'GitLab lines that go on': everyLine((line, index) => (line.match(/.{1,61}/g) ?? ['']).map((piece, part) => `${stamp(index)}00O${part === 0 ? ' ' : '+'}${piece}`).join('\n')),
  'GitLab sections': (text) => `section_start:1699999999:step_script[collapsed=true]\r${ESC}[0K${text}\nsection_end:1699999999:step_script\r${ESC}[0K`,
  'Jenkins timestamps': everyLine((line) => `[2026-11-22T10:00:00.123Z] ${line}`),
  'Azure marks': (text) => everyLine((line, index) => stamp(index) + line)(`##[section]Starting: build\n##[group]Run\n${text.split('\n').map((line, index) => (index % 2 === 0 ? `##[command]${line}` : line)).join('\n')}\n##[endgroup]\n##[section]Finishing: build`),
  'progress that was written over': everyLine((line, index) => `\rfetching ${index} %\rfetching ${index + 1} %\r${line}`),
  'all of it at once': (text) => everyLine((line, index) => `${stamp(index)}${index % 3 === 0 ? '\uFEFF' : ''}${line.replaceAll(/\S{9}/g, (word) => `${word.slice(0, 4)}${ESC}[32m${word.slice(4)}${ESC}[0m`)}${index % 2 === 0 ? '\r' : ''}`)(`##[group]Run it\n${text}\n##[endgroup]`),
  'colours written out as JSON': everyLine((line) => line.replaceAll(/\S{7}/g, (word) => `${word.slice(0, 3)}\\u001b[1;31m${word.slice(3)}\\u001B[0m`)),
  'colours written out by shells': everyLine((line, index) => line.replaceAll(/\S{7}/g, (word) => `${word.slice(0, 3)}${['\\033', '\\x1b', '\\e', '^['][index % 4] ?? ''}[31m${word.slice(3)}`)),
  'colours of eight bits': everyLine((line) => line.replaceAll(/\S{7}/g, (word) => `${word.slice(0, 3)}\u009b31m${word.slice(3)}`)),
  'bold by overstriking': everyLine((line) => line.replaceAll(/\S/g, (one) => `${one}\b${one}`)),
  'CircleCI colours': everyLine((line) => `${ESC}[36m${line}${ESC}[0m\r`),
};

const WRAPS: Readonly<Record<string, (text: string) => string>> = {
  'at 100, with timestamps of GitHub': (text) => everyLine((line, index) => stamp(index) + line)(wrapped(100)(text)),
  'at 120, with carriage returns': (text) => wrapped(120)(text).replaceAll('\n', '\r\n'),
  'at 80': wrapped(80),
  'at 97, which is no usual width': (text) => wrapped(97)(`${Array.from({ length: 4 }, (_, index) => `${index}word`.repeat(40)).join('\n')}\n${text}`),
};

const word = fc.stringMatching(/^[a-z]{2,9}$/);
const line = fc.tuple(fc.array(word, { minLength: 1, maxLength: 9 }), fc.option(fc.constantFrom(...tokens)), fc.array(word, { maxLength: 12 })).map(([before, token, after]) => [...before, ...(token === null ? [] : [token]), ...after].join(' '));
const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'));

describe('a CI log', () => {
  it('has kinds of token to lose', () => {
    expect(rules.length).toBeGreaterThanOrEqual(6);
    expect(tokens.length).toBeGreaterThanOrEqual(6);
  });

  it.each(Object.entries(RUNNERS))('holds the same secrets with %s as without', async (_name, decorate) => {
    await fc.assert(
      fc.asyncProperty(text, async (plain) => {
        expect(await found(decorate(plain), true)).toEqual(await found(plain, false));
      }),
      { numRuns: 60, seed: 22 },
    );
  });

  it('has no secret where a mask covers a part of one: what is left opens nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bare), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom('', 'token=', 'Authorization: Bearer ', 'PASSWORD: '), async (token, from, length, before) => {
        const start = Math.floor(from * (token.length - 1));
        const end = start + 1 + Math.floor(length * (token.length - start - 1));
        const masked = `${stamp(1)}${before}${token.slice(0, start)}***${token.slice(end)} done`;
        expect(await found(masked, true)).toEqual([]);
        expect(await found(`${masked}\n${stamp(2)}${before}${token}`, true)).toEqual(expect.arrayContaining([...(await found(token, false))]));
      }),
      { numRuns: 400, seed: 5 },
    );
  });

  it('is not sure of a token of no fixed length whose end a mask may cover, and is of one behind a quote or a checksum', async () => {
    const slack = tokens.find((one) => one.includes('xoxb-'))?.match(/xoxb-[\w-]+/)?.[0] ?? '';
    const pat = bare.find((one) => one.startsWith('ghp_')) ?? '';
    const sureOf = async (line: string, origin: Origin): Promise<readonly (readonly string[])[]> => {
      const blob = blobOf(Buffer.from(line));
      return (await engine.scan({ ...blob, origin })).matches.map(({ ruleId, confidence, features }) => [ruleId, confidence, ...(features['mask'] === undefined ? [] : ['cut'])]);
    };
    const log: Origin = { kind: 'log', name: 'a.log' };
    expect(await sureOf(`T=${slack.slice(0, -4)}***`, log)).toEqual([['slack-bot', 'low', 'cut']]);
    expect(await sureOf(`{"T":"${slack}"***`, log)).toEqual([['slack-bot', 'high']]);
    expect(await sureOf(`T=***${slack} ***`, log)).toEqual([['slack-bot', 'high']]);
    expect(await sureOf(`T=${pat}***`, log)).toEqual([['github-pat-classic', 'high']]);
    expect(await sureOf(`***${slack}***`, { kind: 'file', path: 'README.md' })).toEqual([['slack-bot', 'high', 'cut']]);
  });

  it.each(Object.entries(WRAPS))('that wraps lines %s loses no secret and invents none, but for pieces and what a full line may go on with', async (_name, wrap) => {
    await fc.assert(
      fc.asyncProperty(text, async (plain) => {
        const [whole, seen] = await Promise.all([found(plain, false), found(wrap(plain), true)]);
        expect(seen).toEqual(expect.arrayContaining([...whole]));
        for (const one of seen) expect(whole.some((other) => one.startsWith(other) || other.includes(one.slice(one.indexOf(' ') + 1)))).toBe(true);
      }),
      { numRuns: 60, seed: 22 },
    );
  });

  it('does not glue lines that are only alike', async () => {
    const list = Array.from({ length: 5 }, (_, index) => `export TOKEN_${index}=${'abcdefgh'.repeat(7)}${index}`).join('\n');
    expect(await clean(list)).toBe(list);
  });

  it('keeps its lines, and its columns but for colours', async () => {
    const lines = [`${stamp(1)}one`, `two ${ESC}[1mbold${ESC}[0m`, '', `${stamp(3)}\uFEFFthree\r`, 'naïve 日本'];
    expect((await clean(lines.join('\n'))).split('\n')).toEqual([`${' '.repeat(29)}one`, 'two bold', '', `${' '.repeat(29)}three\r`, 'naïve 日本']);
  });

  it('shows at the end of the line where a link leads', async () => {
    const target = 'https://ci.example/job?x=0123456789';
    expect(await clean(`see ${ESC}]8;;${target}${ESC}\\here${ESC}]8;;${ESC}\\ now\n(next)`)).toBe(`see here now 8;;${target}\n(next)`);
  });

  it('is the same whatever pieces it comes in, and long lines pass', async () => {
    const long = `${'x'.repeat(700_000)}\n${everyLine((one, index) => stamp(index) + one)('a line of words\n'.repeat(20_000))}`;
    const whole = await clean(long, 1 << 20);
    expect(whole.split('\n').length).toBe(long.split('\n').length);
    expect(whole.split('\n').slice(1).every((one) => one.trim() === 'a line of words' || one.trim() === '')).toBe(true);
    expect(await clean(long, 4096)).toBe(whole);
  });

  it('ends whatever the escapes are', async () => {
    for (const hostile of [`${ESC}[`.repeat(50_000), `${ESC}]`.repeat(50_000), `${ESC}_${'a'.repeat(300_000)}`, '\n'.repeat(300_000)]) {
      const started = performance.now();
      expect((await clean(hostile)).split('\n').length).toBe(hostile.split('\n').length);
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });
});

describe('a text that quotes a terminal', () => {
  const [pat] = tokens.filter((one) => one.includes('ghp_'));
  const token = /ghp_\w+/.exec(pat ?? '')?.[0] ?? '';
  const secretsOf = async (name: string, content: Buffer, log: boolean): Promise<readonly string[]> => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), content);
    const { blobs } = await scanTarget({ kind: 'path', path: join(folder, name), log });
    return found(blobs.map(({ text: seen }) => seen).join('\n'), false);
  };

  it('is read without its colours where it is a notebook, and as it is elsewhere', async () => {
    const notebook = Buffer.from(JSON.stringify({ cells: [{ cell_type: 'code', outputs: [{ output_type: 'stream', text: [`${ESC}[31mtoken ${token.slice(0, 15)}${ESC}[0m${token.slice(15)}\n`] }] }], nbformat: 4 }));
    expect(await secretsOf('a.ipynb', notebook, false)).toEqual([`github-pat-classic ${token}`]);
    expect(await secretsOf('a.json', notebook, false)).toEqual([]);
  });

  it.each(['utf-16le', 'utf-16be'])('is a log in %s as well', async (encoding) => {
    const bytes = Buffer.from(`\uFEFF${stamp(1)}naïve 日本 ${token.slice(0, 15)}${ESC}[31m${token.slice(15)}${ESC}[0m\r\n`.repeat(3000), 'utf16le');
    expect(await secretsOf('a.log', encoding === 'utf-16le' ? bytes : bytes.swap16(), true)).toEqual([`github-pat-classic ${token}`]);
  });
});

describe('a saved run of GitHub Actions', () => {
  const members = { '0_build (linux).txt': `${stamp(1)}all of it`, 'build (linux)/1_Set up job.txt': `\uFEFF${stamp(1)}all of it`, 'build (linux)/system.txt': 'about the machine' };

  it('names job and step, from a zip and from a folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'run.zip'), buildZip(Object.entries(members).map(([name, content]) => ({ name, content }))));
    const zip = await scanTarget({ kind: 'path', path: join(folder, 'run.zip'), log: true });
    const run = { kind: 'log', name: 'run.zip' };
    expect(zip.blobs.map(({ origin }) => (origin.kind === 'member' ? origin.archive : origin))).toEqual([{ ...run, job: 'build (linux)' }, { ...run, job: 'build (linux)', step: 'Set up job' }, run]);
    expect(zip.blobs.map(({ text: seen }) => seen.trim())).toEqual(['all of it', 'all of it', 'about the machine']);
    mkdirSync(join(folder, 'run', 'build (linux)'), { recursive: true });
    for (const [name, content] of Object.entries(members)) writeFileSync(join(folder, 'run', name), content);
    const seen = await scanTarget({ kind: 'path', path: join(folder, 'run'), log: true });
    expect(seen.blobs.filter(({ origin }) => origin.kind === 'log' && origin.step !== undefined).map(({ origin }) => origin)).toEqual([expect.objectContaining({ kind: 'log', job: 'build (linux)', step: 'Set up job' })]);
  });
});
