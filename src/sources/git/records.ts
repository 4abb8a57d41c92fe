import type { Readable } from 'node:stream';
import { pathFromBytes } from '../../lib/path-bytes.ts';
import { WardenError } from '../../model/index.ts';

const MAX_RECORD = 1 << 20;

/**
 * Records that end with `delimiter` (0 for `-z`, 10 for lines), in the string form of paths (`lib/path-bytes`), as many
 * at a time as a chunk of the stream holds. What follows the last delimiter is not a record.
 */
export async function* records(stream: Readable, delimiter: 0 | 10 = 0): AsyncGenerator<readonly string[]> {
  for await (const whole of wholeRecords(stream, delimiter)) yield split(whole.subarray(0, -1), delimiter);
}

/** Calls `visit` for each of the same records: it stands in [from, to) of the buffer. */
export async function eachRecord(stream: Readable, delimiter: 0 | 10, visit: (buffer: Buffer, from: number, to: number) => void): Promise<void> {
  for await (const whole of wholeRecords(stream, delimiter)) {
    let from = 0;
    for (let to = whole.indexOf(delimiter); to !== -1; to = whole.indexOf(delimiter, from)) {
      visit(whole, from, to);
      from = to + 1;
    }
  }
}

/** Pieces of the stream that end with the delimiter. */
async function* wholeRecords(stream: Readable, delimiter: 0 | 10): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = buffer.lastIndexOf(delimiter);
    if (end === -1 && buffer.length > MAX_RECORD) throw new WardenError('GIT_OUTPUT_TOO_LARGE', `git gave a name of more than ${MAX_RECORD} bytes`, { hint: 'No such name can be a file. The repository is damaged or hostile.' });
    rest = buffer.subarray(end + 1);
    if (end !== -1) yield buffer.subarray(0, end + 1);
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
