import { execFile } from 'node:child_process';
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';

export interface MavenZip {
  /** `group:artifact:version`, published as a zip. */
  readonly artifact: string;
  /** The folder that the zip holds. */
  readonly folder: string;
  /** A file in there: without it the folder is not whole. */
  readonly witness: string;
}

/** Fetches a server with Maven, once, into `.cache/`. Its folder, or why it cannot be had here. */
export async function fetchZip({ artifact, folder, witness }: MavenZip): Promise<{ readonly home: string } | { readonly missing: string }> {
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  const home = join(cache, folder);
  const isThere = (): Promise<boolean> => access(join(home, witness)).then(() => true, () => false);
  if (await isThere()) return { home };
  try {
    await mkdir(cache, { recursive: true });
    await run('mvn', ['-q', '-B', PLUGIN, `-Dartifact=${artifact}:zip`, `-DoutputDirectory=${cache}`], { timeout: 600_000 });
    return (await isThere()) ? { home } : { missing: `${artifact} did not come with Maven` };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    return { missing: `${artifact} could not be fetched with Maven: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}
