import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { printable } from '../../lib/printable.ts';
import { WardenError } from '../../model/index.ts';
import type { ExtendsConfig } from '../config-file.ts';
import { checkEnvNames } from '../config/check-env-names.ts';
import { nameOf } from '../config/explain-errors.ts';
import { parseConfig, type LoadedConfig } from '../config/load-config.ts';
import { checkMerged } from '../config/load-config.ts';
import { configError } from '../config/problem.ts';
import { decodeConfig, readConfigBytes } from '../config/read-text.ts';
import { joinConfigs } from './join-configs.ts';
import { NOT_SHARED } from './keys.ts';
import type { KnownPolicy } from './join-policy.ts';

/** What is fetched over the network, and what its bytes must hash to. */
export type RemoteExtends = Extract<ExtendsConfig, { readonly url: string } | { readonly repository: string }>;

export interface ResolveExtends {
  /** The user named the configuration; else it was found, and could be a stranger's. */
  readonly named: boolean;
  readonly cwd: string;
  /** Files beside a configuration that does not lie on disk. */
  readonly read?: (path: string, shown: string) => Promise<string | undefined>;
  /** Fetches bytes, at most 1 MiB. Throws `EXTENDS_UNREACHABLE`. */
  readonly bring?: (source: RemoteExtends) => Promise<Uint8Array>;
}

/**
 * The configuration with what it extends; itself where it extends nothing. Whatever brought the bytes, their digest is what counts. Throws
 * `EXTENDS_*` and `CONFIG_*`.
 */
export async function resolveExtends(own: LoadedConfig, setup: ResolveExtends): Promise<LoadedConfig> {
  const source = own.data.extends;
  if (source === undefined) return own;
  const shown = shownSource(source);
  const bytes = await bytesOf(own, source, setup);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== source.sha256) {
    const { line, column } = own.positionOf(['extends', 'sha256']);
    throw new WardenError('EXTENDS_DIGEST', `${printable(own.file)}:${line}:${column}: extends.sha256: expected ${source.sha256}, found ${found} in ${shown}`, { hint: 'nothing was scanned; look at what changed there, and write the new digest only if you agree with it' });
  }
  const extended = await parseConfig(decodeConfig(shown, bytes), shown, own.path);
  const wrong = NOT_SHARED.filter((path) => path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined), extended.data) !== undefined);
  if (wrong.length > 0) throw configError(extended.file, wrong.map((path) => ({ at: extended.positionOf(path), code: 'CONFIG_NOT_SHARED', message: `${nameOf(path)}: cannot stand in a file that others extend, as the digest does not cover what it leads to` })));
  if (!setup.named) checkEnvNames(extended);
  const known = (await import('../generated/checks.json', { with: { type: 'json' } })).default as unknown as KnownPolicy;
  const joined = joinConfigs(own, extended, known);
  await checkMerged(joined);
  return joined;
}

async function bytesOf(own: LoadedConfig, source: ExtendsConfig, { named, cwd, read, bring }: ResolveExtends): Promise<Uint8Array> {
  if (!('file' in source)) {
    if (bring === undefined) throw new WardenError('EXTENDS_UNREACHABLE', 'this command fetches nothing that a configuration extends');
    return bring(source);
  }
  const { line, column } = own.positionOf(['extends', 'file']);
  const place = `${printable(own.file)}:${line}:${column}: extends.file`;
  const path = resolve(dirname(own.path), source.file);
  if (!named && !(await liesBelow(dirname(own.path), path))) {
    throw new WardenError('EXTENDS_OUTSIDE', `${place}: lies outside of the folder of this configuration, which was found in the working directory and could be a stranger's`, { hint: 'name the configuration with --config if you trust it' });
  }
  const shown = relative(cwd, path);
  try {
    const text = await read?.(path, shown);
    if (text !== undefined) return Buffer.from(text, 'utf8');
    return await readConfigBytes(path, true, shown.startsWith('..') ? path : shown) ?? new Uint8Array();
  } catch (error) {
    if (!(error instanceof WardenError)) throw error;
    throw new WardenError('EXTENDS_UNREADABLE', `${place}: ${error.message}`, { hint: 'nothing was scanned; a policy that cannot be read is not left out' });
  }
}

/** Links followed; a file that is not there lies where its path says. */
async function liesBelow(folder: string, path: string): Promise<boolean> {
  const [root, real] = await Promise.all([realpath(folder), realpath(path).catch(() => path)]);
  const way = relative(root, real);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

/** What a source is called in messages. */
export function shownSource(source: ExtendsConfig): string {
  if ('file' in source) return printable(source.file);
  if ('url' in source) return printable(source.url);
  return printable(`${source.repository}/${source.path}@${source.commit.slice(0, 12)}`);
}
