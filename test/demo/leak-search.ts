import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that was written or printed. */
export interface Output {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every file below `folder`, whatever its kind. */
export async function readOutputs(folder: string): Promise<readonly Output[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (name) => ({ name, bytes: await readFile(name) })));
}

/** A sentence for each output that holds a secret: whole or half of it, in base64 at any alignment, percent-encoded, hex or UTF-16. */
export function findLeaks(outputs: readonly Output[], secrets: ReadonlyMap<string, string>): readonly string[] {
  return outputs.flatMap((output) =>
    [...secrets].flatMap(([name, value]) =>
      [...formsOf(value)].filter(([, needle]) => output.bytes.includes(needle)).map(([form]) => `${output.name} holds the secret "${name}" (${form})`),
    ),
  );
}

/** What a secret may look like in a file. The ends of a base64 form that depend on neighbours are left out. */
export function formsOf(value: string): ReadonlyMap<string, Buffer> {
  const raw = Buffer.from(value, 'utf8');
  const half = Math.ceil(value.length / 2);
  const forms = new Map<string, Buffer>([
    ['as it is', raw],
    ['first half', Buffer.from(value.slice(0, half))],
    ['second half', Buffer.from(value.slice(-half))],
    ['percent-encoded', Buffer.from(encodeURIComponent(value))],
    ['every byte percent-encoded', Buffer.from([...raw].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))],
    ['hex', Buffer.from(raw.toString('hex'))],
    ['UTF-16', Buffer.from(value, 'utf16le')],
  ]);
  for (const shift of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(shift, 0x20), raw]);
    const text = padded.toString('base64').replace(/=+$/, '');
    const inner = text.slice(shift === 0 ? 0 : 4, raw.length % 3 === 0 && shift === 0 ? undefined : -4);
    forms.set(`base64, shifted by ${shift}`, Buffer.from(inner));
    forms.set(`base64url, shifted by ${shift}`, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
  }
  return forms;
}
