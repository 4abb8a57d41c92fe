import { packedCorpus } from '../corpora/packed.ts';
import { treeCorpus } from '../corpora/tree.ts';
import { cat, GOAL, kingfisher, ours, type Bench, type Comparison } from './part.ts';

/** A folder of mixed sources, without what is no text and at defaults; and packages that are still packed. */
export async function tree(bench: Bench): Promise<readonly Comparison[]> {
  const { folder, bytes } = treeCorpus(bench.cache);
  const packed = packedCorpus(bench.cache);
  return [
    {
      name: 'tree, text only',
      programs: [ours(bench, 'tree', [folder, '--no-archives', '--no-binaries', '--no-cache']), kingfisher(bench, 'kingfisher turbo', [folder, '--turbo']), cat(folder)],
      bytes,
      goals: [{ against: 'kingfisher turbo', wall: 1 / 3, cpu: 0.4 }],
      ...GOAL,
    },
    {
      name: 'tree, defaults',
      programs: [ours(bench, 'tree defaults', [folder, '--no-cache']), kingfisher(bench, 'kingfisher', [folder]), cat(folder)],
      bytes,
      goals: [{ against: 'kingfisher', wall: 1 / 8 }],
      ...GOAL,
    },
    {
      name: 'archives, defaults',
      programs: [ours(bench, 'archives', [packed.folder, '--no-cache']), kingfisher(bench, 'kingfisher', [packed.folder]), cat(packed.folder)],
      bytes: packed.bytes,
      goals: [{ against: 'kingfisher', wall: 1 / 8 }],
      ...GOAL,
    },
  ];
}
