import manifest from '../../package.json' with { type: 'json' };

/** As published. */
export const VERSION: string = manifest.version;

/** OWNER/REPO on GitHub where the Action and the hooks are published: package.json's `repository`, so that a fork has to change it there only. */
export const HOME: string = homeOf(manifest.repository.url);

/** Throws where a build would write workflows that lead nowhere. */
export function homeOf(url: string): string {
  const [, home] = /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
  if (home === undefined) throw new Error('package.json names no repository on GitHub');
  return home;
}
