/** The same text in fewer, longer pieces: each has at least so many characters, but for the last. */
export function* inChunks(pieces: Iterable<string>, length = 1 << 18): Generator<string> {
  let waiting: string[] = [];
  let held = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    held += piece.length;
    if (held < length) continue;
    yield waiting.join('');
    waiting = [];
    held = 0;
  }
  if (held > 0) yield waiting.join('');
}
