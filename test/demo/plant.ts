import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TokenName, World } from './world.ts';

const run = promisify(execFile);

/** Where every token lies, as paths of the repository or the name of the log. */
export const PLACES: Readonly<Record<TokenName, readonly string[]>> = {
  good: ['secrets/ci.env'],
  longLived: ['config/service.yaml', 'ci.log'],
  overScoped: ['docs/runbook.md'],
  revoked: ['scripts/nightly.sh'],
  npmReader: ['.npmrc'],
  npmPublisher: ['ci.log'],
  npmRevoked: ['docker/npmrc'],
};

/** Lies only in history: a later commit deletes the file. */
export const DELETED: TokenName = 'npmReader';

/** A git repository with a history in `<folder>/repository`, and a CI log beside it. */
export async function plant(folder: string, { tokens, npm, oidc }: World): Promise<void> {
  const root = join(folder, 'repository');
  await mkdir(root, { recursive: true });
  const git = async (...args: readonly string[]): Promise<void> => {
    const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-c', 'commit.gpgsign=false', '-c', 'core.hooksPath=/dev/null'];
    await run('git', [...identity, ...args], { cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } });
  };
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const commit = async (message: string): Promise<void> => {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  };

  await git('init', '--quiet', '--initial-branch', 'main');
  await write('README.md', '# Orders\n\nThe service that keeps the orders.\n');
  await write('src/orders.js', ORDERS);
  await commit('Keep orders');

  await write('.npmrc', `registry=${npm.url}/\n//${npm.host}/:_authToken=${tokens.npmReader.value}\n`);
  await write('config/service.yaml', `service:\n  port: 8080\nsso:\n  url: ${oidc.url}\n  access_token: "${tokens.longLived.value}"\n`);
  await commit('Install from our registry, talk to SSO');

  await rm(join(root, '.npmrc'));
  await commit('Remove the npm token');

  await write('docs/runbook.md', `# Runbook\n\nIf orders hang, look at the queue:\n\n    curl "https://orders.example.com/admin/queue?access_token=${tokens.overScoped.value}&limit=10"\n`);
  await write('scripts/nightly.sh', `#!/bin/sh\nset -eu\nexport SSO_TOKEN="${tokens.revoked.value}"\nexec node src/orders.js\n`);
  await write('docker/npmrc', `//${npm.host}/:_authToken=${tokens.npmRevoked.value}\n`);
  await commit('Write the runbook, run nightly');

  // Not committed, and in the one place where the policy lets live tokens lie.
  await write('secrets/ci.env', `SSO_ACCESS_TOKEN=${tokens.good.value}\n`);

  await writeFile(join(folder, 'ci.log'), ciLog(tokens.longLived.value, npm.host, tokens.npmPublisher.value));
}

function ciLog(bearer: string, host: string, npmToken: string): string {
  const lines = [
    '##[group]Run npm publish',
    `npm config set //${host}/:_authToken=${npmToken}`,
    '##[endgroup]',
    'npm notice Publishing orders@1.4.2',
    '+ curl -sS -H "Authorization: Bearer ' + bearer + '" https://orders.example.com/healthz',
    '{"status":"ok"}',
  ];
  return lines.map((line, index) => `2026-11-20T03:14:${String(10 + index)}.0000000Z ${line}\n`).join('');
}

const ORDERS = `export function total(orders) {
  return orders.reduce((sum, order) => sum + order.price * order.amount, 0);
}

// Reads its token from the environment, as it should be.
export const token = process.env.SSO_ACCESS_TOKEN;
`;
