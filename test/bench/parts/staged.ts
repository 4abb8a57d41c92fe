import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GOAL, ours, type Bench, type Comparison } from './part.ts';

/** One staged file, as a commit hook scans it. */
export async function staged(bench: Bench): Promise<readonly Comparison[]> {
  const repository = join(bench.cache, 'staged');
  if (!existsSync(repository)) {
    mkdirSync(repository, { recursive: true });
    const git = (...args: readonly string[]): void => void execFileSync('git', ['-C', repository, '-c', 'user.name=A Person', '-c', 'user.email=person@example.com', ...args], { stdio: 'ignore' });
    git('init', '--quiet');
    for (let index = 0; index < 200; index += 1) writeFileSync(join(repository, `module-${index}.js`), `export const value${index} = compute(${index});\n`.repeat(40));
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    writeFileSync(join(repository, 'module-7.js'), 'export const value7 = compute(7);\n'.repeat(60));
    git('add', '.');
  }
  const { gitleaks, kingfisher } = bench.peers;
  return [
    {
      name: 'one staged file',
      programs: [
        ours(bench, 'staged', ['--staged'], { cwd: repository, fresh: false }),
        { name: 'bare Node', command: process.execPath, args: ['-e', '0'] },
        { name: 'kingfisher', command: kingfisher, args: ['scan', join(repository, 'module-7.js'), '--no-validate', '--no-update-check', '--format', 'json'] },
        ...(gitleaks === undefined ? [] : [{ name: 'gitleaks', command: gitleaks, args: ['git', '--staged', '--no-banner'], cwd: repository }]),
      ],
      goals: [{ against: 'bare Node', wall: 2.5 }],
      ...GOAL,
    },
  ];
}
