import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { treeCorpus } from '../corpora/tree.ts';
import { ours, type Bench, type Comparison } from './part.ts';

const OWN_RULES = 1_800;

/** As many rules of people's own as the catalogue has. */
export async function rules(bench: Bench): Promise<readonly Comparison[]> {
  const { folder, bytes } = treeCorpus(bench.cache);
  const config = join(bench.cache, 'own-rules', 'tokenwarden.yml');
  mkdirSync(join(bench.cache, 'own-rules'), { recursive: true });
  const lines = Array.from({ length: OWN_RULES }, (_, index) => `  - { id: own-${index}, pattern: 'q${index.toString(36).padStart(3, '0')}x_[A-Za-z0-9]{32}' }`);
  writeFileSync(config, `rules:\n${lines.join('\n')}\n`);
  return [
    {
      name: 'rules doubled',
      programs: [ours(bench, 'rules doubled', [folder, '--no-cache', '--no-archives', '--config', config]), ours(bench, 'built-in rules', [folder, '--no-cache', '--no-archives'])],
      bytes,
      goals: [{ against: 'built-in rules', wall: 1.15, cpu: 1.15 }],
    },
  ];
}
