import { createCipheriv } from 'node:crypto';
import { readBase64 } from './base64.ts';

/** The key that rclone’s source prints (fs/config/obscure/obscure.go): it hides a password from a glance, no more. */
const KEY = Buffer.from('9c935b48730a554d6bfd7c63c886a92bd390198eb8128afbf4de162b8b95f638', 'hex');
const IV = 16;

/** AES-256-CTR is its own inverse. */
function crypt(bytes: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ctr', KEY, iv);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** What `rclone obscure` writes for a password. `iv` is 16 bytes. */
export function obscure(password: string, iv: Buffer): string {
  return Buffer.concat([iv, crypt(Buffer.from(password, 'utf8'), iv)]).toString('base64url');
}

/** The bytes behind an obscured value; undefined where it is too short to be one. */
export function reveal(obscured: string): Buffer | undefined {
  const bytes = readBase64(obscured);
  return bytes === undefined || bytes.length <= IV ? undefined : crypt(bytes.subarray(IV), bytes.subarray(0, IV));
}
