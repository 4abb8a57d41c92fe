import { createGzip, gunzipSync } from 'node:zlib';
import { inChunks } from '../lib/in-chunks.ts';

/** Begins what is packed; no report does. */
const MARK = 'gzip;base64,';

/** A text in pieces as a short text (gzip in base64, which any database takes), which is all of it that is held. */
export async function packText(pieces: Iterable<string>): Promise<string> {
  const packed: Buffer[] = [];
  const gzip = createGzip({ level: 1 });
  const ended = new Promise<void>((resolve, reject) => void gzip.on('data', (chunk: Buffer) => packed.push(chunk)).on('end', resolve).on('error', reject));
  for (const chunk of inChunks(pieces)) if (!gzip.write(chunk)) await new Promise((resolve) => gzip.once('drain', resolve));
  gzip.end();
  await ended;
  return MARK + Buffer.concat(packed).toString('base64');
}

/** The text again, whether it was packed or not. */
export function unpackText(text: string): string {
  return text.startsWith(MARK) ? gunzipSync(Buffer.from(text.slice(MARK.length), 'base64')).toString('utf8') : text;
}
