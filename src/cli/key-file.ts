import { open } from 'node:fs/promises';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { readPrivateKey, type SigningKey } from '../respond/approval/index.ts';

const MAX_BYTES = 16_384;

/** A private key that nobody else can read. Throws `KEY_*`. */
export async function readKeyFile(path: string | undefined): Promise<SigningKey> {
  if (path === undefined) throw new WardenError('KEY_MISSING', 'signing needs your private key', { hint: 'name its file with --key FILE; "tokenwarden plan keygen --out FILE" makes one' });
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new WardenError('KEY_UNREADABLE', `the key ${printable(path)} cannot be read (${error.code ?? 'unknown error'})`);
  });
  try {
    const { mode, size } = await file.stat();
    if ((mode & 0o077) !== 0) throw new WardenError('KEY_EXPOSED', `the key ${printable(path)} can be read by others`, { hint: 'chmod 600 it; if others were there, make another key' });
    if (size > MAX_BYTES) throw new WardenError('KEY_INVALID', `${printable(path)} is too big to be a key`);
    return readPrivateKey(await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}
