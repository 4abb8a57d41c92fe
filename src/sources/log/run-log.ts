import { isLog, type Blob, type Origin } from '../../model/index.ts';
import type { Sniffed } from '../../lib/sniff.ts';
import { undecorated } from './undecorated.ts';

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

/** The blob as people read it, if it is text of a log. */
export function asRead(blob: Blob, kind: Sniffed): Blob {
  return kind === 'text' && isLog(blob.origin) ? { ...blob, read: undecorated(blob.read), isRewritten: true } : blob;
}
