import { hardCorpora } from '../corpora/hard.ts';
import { cat, GOAL, kingfisher, ours, type Bench, type Comparison } from './part.ts';

/** Corpora made to be slow, or to take memory; with `HUGE=1` in the environment, a file of 5 GB too. */
export async function memory(bench: Bench): Promise<readonly Comparison[]> {
  return hardCorpora(bench.cache, process.env['HUGE'] === '1').map(({ name, path, bytes }) => ({
    name,
    programs: [ours(bench, name, [path, '--no-cache', '--no-archives']), kingfisher(bench, 'kingfisher turbo', [path, '--turbo']), cat(path)],
    bytes,
    goals: [{ against: 'kingfisher turbo', wall: 1 }],
    ...GOAL,
  }));
}
