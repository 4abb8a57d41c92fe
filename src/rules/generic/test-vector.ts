/** What numbers of test vectors of cryptography are called. */
const PARTS =
  /["'`]?\b(?:\w{0,24}_)?(?:enc|ct|pt|aad|ad|nonce|iv|ikm|okm|prk|info|sk[a-z]{0,2}|pk[a-z]{0,2}|msg|message|signature|digest|mac|tag|plain_?text|cipher_?text|salt|seed|input|output|expected|result|context|public|pub|(?:peer)?public_?key|shared_?info|peer_?public_?key|modulus|exponent|[deghnpqrsuxyz])["'`]?\s{0,20}[:=]{1,2}\s{0,4}(?:0x)?["'`]?(?:0x)?[0-9a-f]{8}/gi;
const FEWEST = 2;
/** How far around the value they stand. */
const REACH = 256;

/** Whether a value in hex stands among the other numbers of a test vector, which are nobody's secrets. `before` and `after` may be longer. */
export function isInTestVector(value: string, before: string, after: string): boolean {
  if (!/^(?:0x)?[0-9a-f]{16,}$/i.test(value)) return false;
  const count = (text: string): number => text.match(PARTS)?.length ?? 0;
  return count(before.slice(-REACH)) + count(after.slice(0, REACH)) >= FEWEST;
}
