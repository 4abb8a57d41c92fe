import { isLog, pathOf, type Blob, type Origin } from '../../model/index.ts';
import type { Sniffed } from '../../lib/sniff.ts';
import type { Read } from '../read/byte-source.ts';
import { uncoloured, undecorated } from './undecorated.ts';

/** Where in a saved GitHub Actions run log a text lies: `JOB/3_STEP.txt`, or `0_JOB.txt` for a whole job. Undefined: anywhere else. */
export function placeInRun(path: string): { readonly job: string; readonly step?: string } | undefined {
  const [, folder, name] = /^(?:.*\/)?([^/]+)\/\d{1,4}_([^/]+)\.txt$/.exec(path) ?? [];
  if (folder !== undefined && name !== undefined) return { job: folder, step: name };
  const [, job] = /^\d{1,4}_([^/]+)\.txt$/.exec(path) ?? [];
  return job === undefined ? undefined : { job };
}

/** The origin of a member of a log's archive, with the job and the step told of the log. */
export function memberOfLog(archive: Origin, path: string): Origin {
  const place = archive.kind === 'log' ? placeInRun(path) : undefined;
  return { kind: 'member', archive: archive.kind === 'log' && place !== undefined ? { ...archive, ...place } : archive, path };
}

/** The origin of a file that is read as a log. */
export function logOrigin(path: string): Origin {
  const place = placeInRun(path);
  return { kind: 'log', name: path, ...place };
}

/** The blob as people read it, if it is text of a log (Windows' shell writes UTF-16) or a notebook, which quotes terminals. */
export function asRead(blob: Blob, kind: Sniffed): Blob {
  if (isLog(blob.origin)) {
    if (kind === 'text') return { ...blob, read: undecorated(blob.read), isRewritten: true };
    return kind === 'utf16le' || kind === 'utf16be' ? { ...blob, read: undecorated(asUtf8(blob.read, kind)), isRewritten: true } : blob;
  }
  return kind === 'text' && isRewritten(pathOf(blob.origin)) ? { ...blob, read: uncoloured(blob.read), isRewritten: true } : blob;
}

/** Whether text of that name, which is no log's, is read otherwise than it is stored. */
export function isRewritten(path: string): boolean {
  return path.endsWith('.ipynb');
}

/** Lines and columns stay. */
function asUtf8(read: Read, kind: 'utf16le' | 'utf16be'): Read {
  const decoder = new TextDecoder(kind === 'utf16le' ? 'utf-16le' : 'utf-16be');
  const raw = new Uint8Array(64 << 10);
  let ready = Buffer.alloc(0);
  let ended = false;
  return async (target) => {
    while (ready.length === 0 && !ended && target.length > 0) {
      const count = await read(raw);
      ended = count === 0;
      ready = Buffer.from(decoder.decode(raw.subarray(0, count), { stream: !ended }), 'utf8');
    }
    const count = ready.copy(target);
    ready = ready.subarray(count);
    return count;
  };
}
