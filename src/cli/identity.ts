import type { Io } from './io.ts';

/**
 * Who asks, for grants: what a CI runner says of itself, else the user of the operating system. The two never look alike, so
 * that nobody becomes `user:root` by setting a variable; who can set variables of a CI job can be any `github:` of it.
 */
export function identityOf({ env, login, actor }: Pick<Io, 'env' | 'login' | 'actor'>): string {
  if (env['GITHUB_ACTIONS'] === 'true' && env['GITHUB_ACTOR'] !== undefined && env['GITHUB_ACTOR'] !== '') return `github:${env['GITHUB_ACTOR']}`;
  if (env['GITLAB_CI'] === 'true' && env['GITLAB_USER_LOGIN'] !== undefined && env['GITLAB_USER_LOGIN'] !== '') return `gitlab:${env['GITLAB_USER_LOGIN']}`;
  return `user:${login?.() ?? actor}`;
}
