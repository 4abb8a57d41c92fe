import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands/index.ts';
import { parseArguments } from '../src/cli/parse-arguments.ts';
import { CHECKS } from '../src/policy/registry.ts';
import { readPolicy } from '../src/policy/judge/index.ts';
import { loadSettings } from '../src/settings/index.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
/** The page for incidents shows what README.md has no room for. */
const guide = await readFile(new URL('../.github/RESPOND.md', import.meta.url), 'utf8');
const organizations = await readFile(new URL('../.github/ORGANIZATION.md', import.meta.url), 'utf8');

/** Fenced blocks of a language, without their fences. */
const blocks = (language: string, text = readme): readonly string[] => [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, inner]) => inner ?? '');

describe('README.md', () => {
  const examples = [...blocks('sh'), ...blocks('sh', guide), ...blocks('sh', organizations)].flatMap((block) => block.split('\n')).map((line) => /(?:^|\| )tokenwarden (.*?)(?:\s+#.*)?$/.exec(line)?.[1]).filter((line) => line !== undefined);

  it('shows examples of every command but those that only list and test rules', () => {
    const shown = new Set(examples.map((line) => COMMANDS.filter(({ name }) => line === name || line.startsWith(`${name} `)).toSorted((a, b) => b.name.length - a.name.length)[0]?.name));
    expect(COMMANDS.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual(['rules test', 'rules explain']);
  });

  it.each(examples)('shows a command line that is taken: %s', (line) => {
    const parsed = parseArguments((line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')), COMMANDS, { version: '0.0.0', width: 80 });
    expect(parsed.kind).toBe('call');
  });

  it('shows a configuration that is taken, down to the policy', async () => {
    const [yaml] = blocks('yaml');
    const cwd = await mkdtemp(join(tmpdir(), 'tokenwarden-readme-'));
    try {
      await writeFile(join(cwd, 'tokenwarden.yml'), yaml ?? '');
      const settings = await loadSettings({ command: 'audit', flags: {}, env: {}, cwd, home: cwd, now: new Date('2026-11-22T12:00:00Z') });
      expect(settings.warnings).toEqual([]);
      expect(settings.stores.map(({ id }) => id)).toEqual(['company-sso']);
      expect(settings.accept).toHaveLength(1);
      expect(readPolicy(settings.policy, CHECKS).entries.length).toBeGreaterThan(4);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });

  it('shows a policy of an organisation, and a repository that extends it, that are taken together', async () => {
    const [demanded = '', own = ''] = blocks('yaml', organizations);
    const cwd = await mkdtemp(join(tmpdir(), 'tokenwarden-organization-'));
    try {
      await writeFile(join(cwd, 'tokenwarden.yml'), own.replace(/sha256: \w+/, `sha256: ${createHash('sha256').update(demanded).digest('hex')}`));
      const settings = await loadSettings({ command: 'scan', flags: {}, env: {}, cwd, home: cwd, now: new Date('2026-11-22T12:00:00Z'), bring: () => Promise.resolve(Buffer.from(demanded)) });
      expect(settings.extended?.delegates).toEqual(['policy.stale', 'environments', 'owners']);
      expect(readPolicy(settings.policy, CHECKS).entries.find(({ check }) => check.id === 'max-lifetime')?.params).toEqual({ temporary: '24h', persistent: '3d' });
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });

  it('shows parts of a configuration for incidents that are taken', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'tokenwarden-guide-'));
    try {
      await writeFile(join(cwd, 'tokenwarden.yml'), blocks('yaml', guide).filter((block) => !block.startsWith('respond-example:')).join(''));
      const { respond, anchors } = await loadSettings({ command: 'apply', flags: {}, env: {}, cwd, home: cwd, now: new Date('2026-11-22T12:00:00Z') });
      expect(respond).toMatchObject({ required: 1, fourEyes: true, validForMs: 28_800_000 });
      expect(anchors).toHaveLength(3);
      const rules = blocks('yaml', guide).find((block) => block.startsWith('respond-example:')) ?? '';
      await writeFile(join(cwd, 'tokenwarden.yml'), rules.replace('respond-example:', 'respond:'));
      expect((await loadSettings({ command: 'respond', flags: {}, env: {}, cwd, home: cwd, now: new Date('2026-11-22T12:00:00Z') })).respond).toMatchObject({ limit: { actions: 5, withinMs: 3_600_000 }, page: { fallback: '@security' } });
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });

  it('says what each exit code means', () => {
    for (const code of [0, 1, 2, 3]) expect(readme).toMatch(new RegExp(`^\\| ${code} \\| \\w`, 'm'));
  });
});
