import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, measured, repeated, treeCorpus, type Corpus } from '../corpora/tree.ts';
import { GOAL, ours, type Bench, type Comparison } from './part.ts';

const PART = 16;
const TIMES = 4;

/** The same files in sixteen times and a quarter of the size: the time of each is to be that share, start-up aside. */
export async function linear(bench: Bench): Promise<readonly Comparison[]> {
  const whole = treeCorpus(bench.cache);
  const part = sixteenth(whole, bench.cache);
  const large = repeated(whole, bench.cache, TIMES);
  const scan = (name: string, { folder }: Corpus): Comparison['programs'][number] => ours(bench, name, [folder, '--no-cache', '--no-archives', '--no-binaries']);
  return [
    {
      name: `linear: ${TIMES} × the tree`,
      programs: [scan('large', large), scan('tree', whole), scan('a sixteenth', part)],
      bytes: large.bytes,
      goals: [{ against: 'tree', wall: TIMES * 1.1, cpu: TIMES * 1.1 }],
      ...GOAL,
    },
  ];
}

function sixteenth(corpus: Corpus, cache: string): Corpus {
  const folder = join(cache, 'tree-part');
  if (!existsSync(folder)) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    for (const path of filesBelow(corpus.folder).filter((_, index) => index % PART === 0)) {
      mkdirSync(dirname(join(partial, path)), { recursive: true });
      cpSync(join(corpus.folder, path), join(partial, path));
    }
    renameSync(partial, folder);
  }
  return measured(folder);
}
