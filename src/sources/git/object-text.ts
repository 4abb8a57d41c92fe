/** Headers of commits and tags that hold no words of people: names of objects, and signatures over the rest. */
const DROPPED = /^(tree|parent|object|type|encoding|gpgsig|gpgsig-sha256)( |$)/;

/**
 * What is scanned of a commit or tag object: author, committer, tagger and any other header that is not an object name
 * or a signature, a blank line, and the message. Scanning and reading again must agree, as lines count from here.
 */
export function objectText(object: Uint8Array): Uint8Array {
  const buffer = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const blank = buffer.indexOf('\n\n');
  const head = buffer.subarray(0, blank === -1 ? buffer.length : blank).toString('latin1');
  const kept: string[] = [];
  let keeps = true;
  for (const line of head.split('\n')) {
    // A line that begins with a space continues the header before it.
    if (!line.startsWith(' ')) keeps = !DROPPED.test(line);
    if (keeps) kept.push(line);
  }
  const message = blank === -1 ? Buffer.alloc(0) : buffer.subarray(blank + 1);
  return Buffer.concat([Buffer.from(`${kept.join('\n')}\n`, 'latin1'), message]);
}
