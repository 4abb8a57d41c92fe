import { MAX_LINE_BYTES } from './line.ts';

export interface Line {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

/** Lines as bytes without their newline; a line without end comes last. One longer than any ledger line is cut into pieces. */
export async function* linesOf(file: { read: (buffer: Buffer, offset: number, length: number) => Promise<{ bytesRead: number }> }): AsyncGenerator<Line> {
  const chunk = Buffer.alloc(1 << 18);
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length);
    if (bytesRead === 0) break;
    let bytes: Buffer = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
      yield { bytes: bytes.subarray(0, end), whole: true };
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > 4 * MAX_LINE_BYTES) {
      yield { bytes, whole: true };
      bytes = Buffer.alloc(0);
    }
    rest = bytes;
  }
  if (rest.length > 0) yield { bytes: rest, whole: false };
}
