import { describe, expect, it } from 'vitest';
import type { Credential, Location, Origin } from '../../../src/model/index.ts';
import { withoutRepeats } from '../../../src/pipeline/repeated-logs.ts';

const at = (origin: Origin, line = 1): Location => ({ origin, region: { startLine: line, startColumn: 1, endLine: line, endColumn: 9 }, role: 'log' });
const ofJob = (job: string, name = 'run.zip'): Origin => ({ kind: 'member', archive: { kind: 'log', name, job }, path: `0_${job}.txt` });
const ofStep = (job: string, step: number, name = 'run.zip'): Origin => ({ kind: 'member', archive: { kind: 'log', name, job, step: 'a step' }, path: `${job}/${step}_a step.txt` });
const kept = (...occurrences: readonly Location[]): readonly Location[] => withoutRepeats([{ occurrences } as unknown as Credential])[0]?.occurrences ?? [];

describe('what a saved run holds twice', () => {
  it('is told of the step alone', () => {
    expect(kept(at(ofJob('build'), 40), at(ofStep('build', 3), 2))).toEqual([at(ofStep('build', 3), 2)]);
    const folder = [at({ kind: 'log', name: 'logs/0_build.txt', job: 'build' }), at({ kind: 'log', name: 'logs/build/3_a step.txt', job: 'build', step: 'a step' })] as const;
    expect(kept(...folder)).toEqual([folder[1]]);
  });

  it('stays where no step, or only one of another job or run, has it', () => {
    for (const places of [[at(ofJob('build'))], [at(ofJob('build')), at(ofStep('test', 3))], [at(ofJob('build')), at(ofStep('build', 3, 'other.zip'))]]) expect(kept(...places)).toEqual(places);
  });

  it('is counted: what the job has more often than its steps stays', () => {
    expect(kept(at(ofJob('build'), 10), at(ofJob('build'), 20), at(ofStep('build', 3), 2))).toEqual([at(ofJob('build'), 20), at(ofStep('build', 3), 2)]);
  });

  it('leaves everything else as it is', () => {
    const file = at({ kind: 'file', path: 'a' });
    expect(kept(file, at(ofJob('build')), at(ofStep('build', 1)))).toEqual([file, at(ofStep('build', 1))]);
  });
});
