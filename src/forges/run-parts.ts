import { GitHubError, type Fields } from '../github/index.ts';
import type { Origin } from '../model/index.ts';
import type { ForgeRepository, ForgeRunItem, ListedRun } from './forge.ts';
import { RestError } from './rest.ts';

/** The archive of an artifact may be a little larger than what its forge says of it. */
const SPARE_BYTES = 65_536;

/** One log or file; what is no longer there is told, and no gap: whoever may list a run may read its logs. */
export async function* brought(what: string, origin: Origin, bytesOf: () => Promise<Uint8Array>): AsyncGenerator<ForgeRunItem> {
  try {
    yield { origin, bytes: await bytesOf() };
  } catch (error) {
    if (error instanceof RestError && error.trouble === 'not-found') yield { skip: { what, reason: 'expired', detail: 'nobody keeps it any more' } };
    else if (error instanceof GitHubError && (error.trouble === 'not-found' || error.trouble === 'gone')) yield { skip: { what, reason: 'expired', detail: 'nobody keeps it any more' } };
    else if (isOver(error)) throw error;
    else yield runGap(what, error);
  }
}

/** The same of a file with a size, which may be too large. */
export async function* fileItem(what: string, url: string, size: number | undefined, maxBytes: number, bytesOf: (maxBytes: number) => Promise<Uint8Array>): AsyncGenerator<ForgeRunItem> {
  if (size !== undefined && size > maxBytes) yield { skip: { what, reason: 'excluded-archive', detail: `${size} bytes, and the limit is ${maxBytes} (organization.max-artifact-size)`, bytes: size } };
  else yield* brought(what, { kind: 'url', url }, () => bytesOf(maxBytes + SPARE_BYTES));
}

/** A release as if it were a run: its files are read once, and again when they change. None where it has no files. */
export function releaseRun(release: Fields, id: number | undefined, files: readonly unknown[]): ListedRun[] {
  return id === undefined || files.length === 0 ? [] : [{ id: `release ${id}`, stamp: JSON.stringify(files), facts: release }];
}

export async function* releaseFiles(repository: ForgeRepository, run: ListedRun, maxBytes: number, files: readonly { /** What it is asked for by. */ readonly key: string; readonly name: string; readonly url: string; readonly size: number | undefined }[], download: (key: string, maxBytes: number) => Promise<Uint8Array>): AsyncGenerator<ForgeRunItem> {
  for (const { key, name, url, size } of files) {
    try {
      yield* fileItem(`${repository.name} ${run.id}, file ${name}`, url, size, maxBytes, (limit) => download(key, limit));
    } catch (error) {
      yield runGap(`${repository.name} ${run.id}`, error);
      return;
    }
  }
}

/** Further requests would fail like this one. */
function isOver(error: unknown): boolean {
  return error instanceof RestError ? error.trouble === 'over' : error instanceof GitHubError && (error.trouble === 'rate-limit' || error.trouble === 'unreachable' || error.trouble === 'unauthorized');
}

/** Trouble with one run is a gap of it alone. */
export function runGap(what: string, error: unknown): ForgeRunItem {
  if (!(error instanceof RestError) && !(error instanceof GitHubError)) throw error;
  return { skip: { what, reason: 'unreadable', detail: error.message } };
}
