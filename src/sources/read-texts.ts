import { statSync } from 'node:fs';
import { systemPath } from '../lib/path-bytes.ts';
import { WardenError, type Origin } from '../model/index.ts';
import { bareRepositoryAt, repositoryAt } from './git/discover.ts';
import type { Environment } from './git/environment.ts';
import { ObjectPipe } from './git/object-pipe.ts';
import { readOccurrence } from './occurrence.ts';
import { fill } from './read/byte-source.ts';

/**
 * The texts of origins again, as people see their lines: of files, blobs of commits and of the index. One git process serves
 * all blobs. Undefined for what is of another kind, over `maxBytes`, or not there any more. In order, one at a time.
 */
export async function* readTexts(target: string, origins: readonly Origin[], maxBytes: number, environment: Environment = {}): AsyncGenerator<string | undefined> {
  const blobs = origins.flatMap((origin) => blobOf(origin) ?? []);
  const repository = blobs.length === 0 ? undefined : (repositoryAt(target) ?? bareRepositoryAt(target));
  const pipe = repository === undefined ? undefined : new ObjectPipe(repository, environment);
  try {
    // Few at a time: git blocks when nobody reads its answers, and we when it does not read our questions.
    let asked = 0;
    let answered = 0;
    for (const origin of origins) {
      if (origin.kind === 'file') yield await fileText(target, origin, maxBytes, environment);
      else if (blobOf(origin) === undefined || pipe === undefined) yield undefined;
      else {
        if (asked === answered) {
          pipe.request(blobs.slice(asked, asked + ASKED_AT_ONCE));
          asked += Math.min(ASKED_AT_ONCE, blobs.length - asked);
        }
        answered += 1;
        yield await blobText(pipe, maxBytes);
      }
    }
  } finally {
    pipe?.close();
  }
}

const ASKED_AT_ONCE = 200;

function blobOf(origin: Origin): string | undefined {
  return origin.kind === 'commit' || origin.kind === 'staged' ? origin.blob : undefined;
}

async function fileText(target: string, origin: Origin & { readonly kind: 'file' }, maxBytes: number, environment: Environment): Promise<string | undefined> {
  const top = statSync(target, { throwIfNoEntry: false });
  const kind = top?.isDirectory() === true ? statSync(systemPath(target, origin.path), { throwIfNoEntry: false }) : top;
  if (kind === undefined || !kind.isFile() || kind.size > maxBytes) return undefined;
  try {
    return decode(await readOccurrence({ target, origin, startLine: 1 }, environment));
  } catch (error) {
    if (error instanceof WardenError) return undefined;
    throw error;
  }
}

async function blobText(pipe: ObjectPipe, maxBytes: number): Promise<string | undefined> {
  const answer = await pipe.next();
  if (answer?.found !== true || answer.sizeBytes > maxBytes) return undefined;
  const bytes = new Uint8Array(answer.sizeBytes);
  let died = false;
  const read = async (into: Uint8Array): Promise<number> => {
    const count = await pipe.read(into);
    died ||= count < 0;
    return Math.max(0, count);
  };
  const length = await fill(read, bytes);
  return died || length < bytes.length ? undefined : decode(bytes);
}

/** UTF-8, or UTF-16 with its mark. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}
