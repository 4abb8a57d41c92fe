import { createGzip, gunzipSync } from 'node:zlib';

/** Begins what is packed; no report does. */
const MARK = 'gzip;base64,';

/** A text in pieces as a short text (gzip in base64, which any database takes), which is all of it that is held. */
export async function packText(pieces: Iterable<string>): Promise<string> {
  const packed: Buffer[] = [];
  const gzip = createGzip({ level: 1 });
  const ended = new Promise<void>((resolve, reject) => void gzip.on('data', (chunk: Buffer) => packed.push(chunk)).on('end', resolve).on('error', reject));
  let waiting: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const isTaken = gzip.write(waiting.join(''));
    waiting = [];
    length = 0;
    if (!isTaken) await new Promise((resolve) => gzip.once('drain', resolve));
  };
  for (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length > AT_ONCE) await flush();
  }
  await flush();
  gzip.end();
  await ended;
  return MARK + Buffer.concat(packed).toString('base64');
}

/** Characters that are packed at once. */
const AT_ONCE = 1 << 18;

/** The text again, whether it was packed or not. */
export function unpackText(text: string): string {
  return text.startsWith(MARK) ? gunzipSync(Buffer.from(text.slice(MARK.length), 'base64')).toString('utf8') : text;
}
