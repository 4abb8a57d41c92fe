/** Bytes of strict base64 or base64url text (padding optional, no spaces), else undefined: `Buffer.from` takes anything. */
export function readBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const body = text.replace(/=+$/, '');
  return body.length % 4 === 1 ? undefined : Buffer.from(body, 'base64url');
}
