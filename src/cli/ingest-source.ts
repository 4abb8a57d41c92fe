import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ingested } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { githubAccess } from './github-access.ts';
import type { Io } from './io.ts';

/** What JSON of this length becomes in memory is several times as much. */
const MAX_BYTES = 256 << 20;

/** The target that a source of `ingest` is. */
export function ingestTarget(source: string, io: Io): ReturnType<typeof ingested> {
  return ingested(source, { cwd: io.cwd, read: (file) => readSource(file, io), github: githubAccess(io) });
}

async function readSource(file: string, io: Io): Promise<string> {
  try {
    if (file === '-') return await textOf(io.stdin, file);
    const handle = await open(resolve(io.cwd, file));
    try {
      return await textOf(handle.createReadStream({ autoClose: false }), file);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof WardenError) throw error;
    throw new WardenError('INGEST_UNREADABLE', `${printable(file)} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, { hint: 'name the file that the other tool wrote, - for standard input, or github:OWNER/REPO', cause: error });
  }
}

async function textOf(stream: AsyncIterable<unknown>, file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    total += bytes.length;
    if (total > MAX_BYTES) throw new WardenError('INGEST_TOO_LARGE', `${printable(file)} is larger than ${MAX_BYTES} bytes`, { hint: 'let the tool write a report for each repository' });
    chunks.push(bytes);
  }
  const bytes = Buffer.concat(chunks, total);
  // Windows' shell writes UTF-16 where output is sent to a file.
  return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');
}
