import { historyCorpus } from '../corpora/history.ts';
import { treeCorpus } from '../corpora/tree.ts';
import { GOAL, kingfisher, ours, type Bench, type Comparison } from './part.ts';

/** Every object of a repository of 18,000 commits. */
export async function history(bench: Bench): Promise<readonly Comparison[]> {
  const repository = await historyCorpus(treeCorpus(bench.cache), bench.cache);
  // It takes ten times as long as all others together: only with SLOW=1 in the environment.
  const gitleaks = process.env['SLOW'] === '1' ? bench.peers.gitleaks : undefined;
  return [
    {
      name: 'history',
      programs: [
        ours(bench, 'history', [repository, '--history', '--no-cache']),
        kingfisher(bench, 'kingfisher turbo', [repository, '--turbo', '--git-history', 'full']),
        { name: 'cat-file', command: 'git', args: ['-C', repository, 'cat-file', '--batch-all-objects', '--unordered', '--buffer', '--batch'] },
        ...(gitleaks === undefined ? [] : [{ name: 'gitleaks', command: gitleaks, args: ['git', repository, '--no-banner'] }]),
      ],
      goals: [{ against: 'kingfisher turbo', wall: 1 / 3 }, { against: 'cat-file', wall: 1.2 }],
      ...GOAL,
    },
  ];
}
