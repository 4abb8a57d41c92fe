import type { Readable } from 'node:stream';
import { pathFromBytes } from '../../lib/path-bytes.ts';
import { WardenError } from '../../model/index.ts';

const MAX_RECORD = 1 << 20;

/**
 * Records that end with `delimiter` (0 for `-z`, 10 for lines), in the string form of paths (`lib/path-bytes`), as many
 * at a time as a chunk of the stream holds. What follows the last delimiter is not a record.
 */
export async function* records(stream: Readable, delimiter: 0 | 10 = 0): AsyncGenerator<readonly string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = buffer.lastIndexOf(delimiter);
    if (end === -1 && buffer.length > MAX_RECORD) throw new WardenError('GIT_OUTPUT_TOO_LARGE', `git gave a name of more than ${MAX_RECORD} bytes`, { hint: 'No such name can be a file. The repository is damaged or hostile.' });
    rest = buffer.subarray(end + 1);
    if (end !== -1) yield split(buffer.subarray(0, end), delimiter);
  }
}

function split(buffer: Buffer, delimiter: 0 | 10): readonly string[] {
  const text = buffer.toString('utf8');
  if (!text.includes('\uFFFD')) return text.split(delimiter === 0 ? '\0' : '\n');
  const parts: string[] = [];
  let from = 0;
  while (from <= buffer.length) {
    const found = buffer.indexOf(delimiter, from);
    const end = found === -1 ? buffer.length : found;
    parts.push(pathFromBytes(buffer.subarray(from, end)));
    from = end + 1;
  }
  return parts;
}
