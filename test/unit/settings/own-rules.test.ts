import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complaint, load, workingDirectory } from './folder.ts';

describe('rules of the configuration', () => {
  it('are a list of kinds, or kinds, files and ids to disable', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'rules:\n  - { id: acme-key, pattern: "acme_[a-z]{9}" }\n' });
    expect((await load(folder.path)).ownRules).toMatchObject({ kinds: [{ id: 'acme-key' }], disable: [] });
    await writeFile(join(folder.path, 'tokenwarden.yml'), 'rules:\n  kinds: [{ id: acme-key, pattern: "acme_[a-z]{9}" }]\n  files: [more.yml]\n  disable: [generic-secret]\n');
    await writeFile(join(folder.path, 'more.yml'), 'kinds: []\n');
    const { ownRules } = await load(folder.path);
    expect(ownRules).toMatchObject({ kinds: [{ id: 'acme-key' }], disable: ['generic-secret'] });
    expect(await ownRules?.readFiles()).toEqual([{ name: 'more.yml', text: 'kinds: []\n' }]);
  });

  it('are absent where none are given', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'fail-on: low\n' });
    expect((await load(folder.path)).ownRules).toBeUndefined();
  });

  it('place every problem', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'rules:\n  - id: one\n    pattern: abc\n  - id: two\n    pattern: |\n      abc\n' });
    const { ownRules } = await load(folder.path);
    const error = ownRules?.error([{ path: ['kinds', 1, 'pattern'], message: 'is no good' }, { path: ['kinds', 0, 'id'], message: 'is taken' }]);
    expect(error?.message).toBe('tokenwarden.yml:2:9: rules[0].id: is taken\ntokenwarden.yml:5:14: rules[1].pattern: is no good');
  });

  it.each([
    ['rules:\n  - { id: one, patern: abc }\n', /:2:5: rules\[0\]: `pattern` is missing[\s\S]*did you mean `pattern`/],
    ['rules:\n  - { id: One, pattern: abc }\n', /:2:11: rules\[0\]\.id/],
    ['rules:\n  file: [x.yml]\n', /unknown key `file` in rules, expected kinds, files or disable; did you mean `files`/],
    ['rules:\n  - { id: one, pattern: abc, confidence: sure }\n', /rules\[0\]\.confidence: expected high, medium or low/],
    ['rules: acme\n', /:1:8: rules/],
    ['rules:\n  disable: [Not An Id]\n', /rules\.disable\[0\]: expected a rule id/],
  ])('are refused as %j, with place and spelling', async (content, message) => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': content });
    expect(await complaint(load(folder.path))).toMatch(message);
  });

  it('may lie outside of the folder only where the configuration was named', async () => {
    await using folder = await workingDirectory();
    await mkdir(join(folder.path, 'work/rules'), { recursive: true });
    await writeFile(join(folder.path, 'up.yml'), 'kinds: []\n');
    await symlink('../up.yml', join(folder.path, 'work/link.yml'));
    const work = join(folder.path, 'work');
    for (const file of ['../up.yml', join(folder.path, 'up.yml'), 'link.yml', 'rules/../../up.yml']) {
      await writeFile(join(work, 'tokenwarden.yml'), `rules: { files: ['${file}'] }\n`);
      const found = await load(work);
      expect(await complaint(found.ownRules?.readFiles() ?? Promise.resolve())).toMatch(/\[CONFIG_RULE_INVALID\] tokenwarden\.yml:1:18: rules\.files\[0\]: lies outside of the folder/);
      const named = await load(work, { flags: { config: 'tokenwarden.yml' } });
      expect((await named.ownRules?.readFiles())?.map(({ text }) => text)).toEqual(['kinds: []\n']);
    }
  });

  it('say which file is not there', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'rules: { files: [none.yml] }\n' });
    const { ownRules } = await load(folder.path);
    expect(await complaint(ownRules?.readFiles() ?? Promise.resolve())).toMatch(/tokenwarden\.yml:1:18: rules\.files\[0\]: .*none\.yml does not exist/);
  });
});
