import { consumersIn, mayTell, type Reference } from '../consumers/index.ts';
import { pathOf, SkipError, type Blob, type Note, type SourceOptions } from '../model/index.ts';
import { planTarget, readUnit } from '../sources/index.ts';

export interface DiscoveredReference extends Reference {
  /** Relative to the target. */
  readonly path: string;
}

export interface Discovered {
  readonly references: readonly DiscoveredReference[];
  /** Files that may take more secrets than was read from them, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

const MAX_BYTES = 4 << 20;

/** Which secrets the files of a work tree take, by name. Sends nothing, and shows no value. */
export async function discoverConsumers(path: string, environment: NonNullable<SourceOptions['environment']>, signal: AbortSignal): Promise<Discovered> {
  const options: SourceOptions = { mode: 'tree', includeIgnored: false, archives: false, binaries: false, ignore: [], environment };
  const references: DiscoveredReference[] = [];
  const unread: { readonly path: string; readonly why: string }[] = [];
  // What git ignores, and what is no text, takes no secret that a repository tells of.
  const note: Note = (event) => {
    if (event.type === 'skipped' && event.skip.reason !== 'ignored' && !event.skip.reason.startsWith('excluded')) unread.push({ path: event.skip.what, why: event.skip.reason });
  };
  const planned = await planTarget({ kind: 'path', path, log: false }, options, note, signal);
  for await (const unit of planned.units) {
    for await (const blob of readUnit(unit, options, note)) {
      const at = pathOf(blob.origin);
      try {
        if (!mayTell(at)) continue;
        const bytes = await wholeOf(blob);
        if (bytes === undefined) {
          unread.push({ path: at, why: 'is too large' });
          continue;
        }
        const told = consumersIn(at, bytes.toString('utf8'));
        references.push(...told.references.map((reference) => ({ ...reference, path: at })));
        if (told.unread !== undefined) unread.push({ path: at, why: told.unread });
      } catch (error) {
        if (!(error instanceof SkipError)) throw error;
        unread.push({ path: at, why: error.skip.reason });
      } finally {
        await blob.close?.();
      }
    }
  }
  const key = ({ name, path: at, line }: DiscoveredReference): string => `${name} ${at} ${String(line).padStart(8, '0')}`;
  return { references: references.sort((a, b) => (key(a) < key(b) ? -1 : 1)), unread };
}

/** Undefined where it is larger than anything that people write. */
async function wholeOf(blob: Blob): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const target = new Uint8Array(64 * 1024);
    const count = await blob.read(target);
    if (count === 0) return Buffer.concat(parts);
    size += count;
    if (size > MAX_BYTES) return undefined;
    parts.push(target.subarray(0, count));
  }
}
