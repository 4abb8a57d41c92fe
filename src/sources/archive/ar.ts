import type { Read } from '../read/byte-source.ts';
import { Forward } from './forward.ts';
import type { Member } from './member.ts';

const MAGIC_BYTES = 8;
const HEADER_BYTES = 60;
const MAX_NAMES_BYTES = 16 << 20;
const MAX_NAME_BYTES = 4096;

/**
 * Members of a Unix `ar`: Debian packages and static libraries. Long names as GNU (`//`, `/123`) and BSD (`#1/20`) write
 * them. Throws a `SkipError` when it is damaged or cut off.
 */
export async function* arMembers(read: Read, what: string): AsyncGenerator<Member> {
  const source = new Forward(read, what);
  await source.takeAll(MAGIC_BYTES);
  let names = '';
  for (;;) {
    const header = (await source.take(HEADER_BYTES)).toString('latin1');
    if (header.length === 0) return;
    const sizeText = header.slice(48, 58).trim();
    if (header.length < HEADER_BYTES || header.slice(58) !== '`\n' || !/^\d{1,10}$/.test(sizeText)) throw source.damaged('a member does not begin where one should');
    const sizeBytes = Number(sizeText);
    const short = header.slice(0, 16).trimEnd();
    if (short === '//') {
      if (sizeBytes > MAX_NAMES_BYTES) throw source.damaged('its list of names is too long');
      names = (await source.takeAll(sizeBytes)).toString('utf8');
      await source.leaveBody(2);
      continue;
    }
    const inBody = Number(/^#1\/(\d{1,6})$/.exec(short)?.[1] ?? 0);
    if (inBody > Math.min(sizeBytes, MAX_NAME_BYTES)) throw source.damaged('a name is longer than its member');
    const name = inBody > 0 ? (await source.takeAll(inBody)).toString('utf8').replace(/\0+$/, '') : nameOf(short, names);
    yield { name, sizeBytes: sizeBytes - inBody, read: source.body(sizeBytes - inBody) };
    if (source.isBroken) return;
    await source.leaveBody(2);
  }
}

function nameOf(short: string, names: string): string {
  const at = /^\/(\d{1,8})$/.exec(short)?.[1];
  if (at !== undefined) return /^[^\n]{1,4096}/.exec(names.slice(Number(at), Number(at) + MAX_NAME_BYTES))?.[0].replace(/\/$/, '') ?? short;
  if (short === '/' || short === '/SYM64/') return '(symbols)';
  return Buffer.from(short.replace(/\/$/, ''), 'latin1').toString('utf8');
}
