import { historyCorpus } from '../corpora/history.ts';
import { treeCorpus } from '../corpora/tree.ts';
import { GOAL, ours, type Bench, type Comparison } from './part.ts';

/** What was scanned before and is as it was. */
export async function rescan(bench: Bench): Promise<readonly Comparison[]> {
  const corpus = treeCorpus(bench.cache);
  const repository = await historyCorpus(corpus, bench.cache);
  const pair = (name: string, args: readonly string[]): Comparison => ({
    name: `${name} again`,
    programs: [ours(bench, `${name} again`, args, { fresh: false }), ours(bench, 'first time', args)],
    goals: [{ against: 'first time', wall: 0.1 }],
    ...GOAL,
  });
  return [pair('tree', [corpus.folder]), pair('history', [repository, '--history'])];
}
