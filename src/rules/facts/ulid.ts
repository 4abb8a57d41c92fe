import type { FactReader } from '../fact-reader.ts';
import { factReader as testMode } from './test-mode.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
/** 2015: before it nobody made these; after 2100 it is no instant. */
const FIRST = Date.UTC(2015, 0, 1);
const LAST = Date.UTC(2100, 0, 1);

export const factReader: FactReader = {
  id: 'ulid',
  reads: 'The instant of issue from a ULID or TypeID inside the token: its first ten Crockford base32 characters are milliseconds since 1970 (github.com/ulid/spec); and test or live from the prefix.',
  read: (token) => {
    const [ulid] = /(?<![A-Za-z0-9])0[0-7A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{24}(?![A-Za-z0-9])/i.exec(token) ?? [];
    const mode = testMode.read(token);
    if (ulid === undefined) return mode;
    let milliseconds = 0;
    for (const character of ulid.slice(0, TIME_CHARACTERS).toUpperCase()) milliseconds = milliseconds * CROCKFORD.length + CROCKFORD.indexOf(character);
    return milliseconds < FIRST || milliseconds >= LAST ? mode : { ...mode, issuedAt: new Date(milliseconds) };
  },
};
