import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, plaintexts, RULES } from './engine.ts';

const engine = engineFor(RULES);
const { token } = sampleOf('github-pat-classic', { recipe: 'ghp_<base62:30><github-crc32>', seed: 9 });
const line = `GITHUB_TOKEN=${token} # of the build`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const each = (text: string, code: (point: number) => string): string => [...text].map((character) => code(character.codePointAt(0) as number)).join('');
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Name, and the encoded form of the line or the token. */
const FORMS: readonly (readonly [string, string])[] = [
  ['base64', base64(line)],
  ['base64 without padding', base64(line).replace(/=+$/, '')],
  ['base64url', Buffer.from(line).toString('base64url')],
  ['base64 wrapped at 64', base64(`${line}\n${line} and more\n`).replace(/(.{64})/g, '$1\n')],
  ['base64 wrapped and indented as in YAML', base64(`${line}\n${line} and more\n`).replace(/(.{60})/g, '$1\n    ')],
  ['base64 in joined literals', `"${base64(`${line}\n${line} and more\n`).replace(/(.{60})/g, '$1" +\n  "')}"`],
  ['base64 twice', base64(base64(line))],
  ['base64 five times', [1, 2, 3, 4, 5].reduce((text) => base64(text), token)],
  ['gzip in base64', base64('') + gzipSync(line).toString('base64')],
  ['UTF-16 in base64', Buffer.from(line, 'utf16le').toString('base64')],
  ['hex', Buffer.from(line).toString('hex')],
  ['percent', each(token, (point) => `%${hex(point, 2)}`)],
  ['percent, only what must be', encodeURIComponent(`{"token":"${token}"}`).replace('_', '%5F')],
  ['backslash u', each(token, (point) => `\\u${hex(point, 4)}`)],
  ['backslash u of one letter', token.replace('h', '\\u0068')],
  ['backslash x', each(token, (point) => `\\x${hex(point, 2)}`)],
  ['HTML decimal', each(token, (point) => `&#${point};`)],
  ['HTML hex', each(token, (point) => `&#x${hex(point, 2)};`)],
  ['two literals', `"${token.slice(0, 11)}" + "${token.slice(11)}"`],
  ['two literals with the operator on the next line', `"${token.slice(0, 11)}"\n    + "${token.slice(11)}"`],
  ['two literals side by side', `"${token.slice(0, 11)}" "${token.slice(11)}"`],
  ['literals side by side over lines', `"${token.slice(0, 11)}"\n    f"${token.slice(11)}"`],
  ['literals with dots', `'${token.slice(0, 11)}' . '${token.slice(11, 20)}'.'${token.slice(20)}'`],
  ['literals with two dots', `"${token.slice(0, 11)}" .. "${token.slice(11)}"`],
  ['literals with an ampersand', `"${token.slice(0, 11)}" & "${token.slice(11)}"`],
  ['a continued line', `"${token.slice(0, 11)}\\\n  ${token.slice(11)}"`],
  ['backslash octal', each(token, (point) => `\\${point.toString(8).padStart(3, '0')}`)],
  ['octal with two digits where they do', each(token, (point) => `\\${point.toString(8)}`)],
  ['HTML names', token.replaceAll('_', '&lowbar;')],
  ['quoted-printable', `token=3D${token.slice(0, 20)}=\n${token.slice(20)}`],
  ['quoted-printable, a full line', `${'words of a letter '.repeat(3)}and ${token.slice(0, 12)}=\r\n${token.slice(12)} more`],
  ['a joined array', `['${token.slice(0, 9)}', '${token.slice(9, 22)}',\n  '${token.slice(22)}'].join('')`],
  ['a joined list of Python', `''.join(["${token.slice(0, 9)}", "${token.slice(9)}"])`],
  ['concat()', `CONCAT('${token.slice(0, 9)}', '${token.slice(9)}')`],
  ['"".concat()', `"${token.slice(0, 9)}".concat("${token.slice(9)}")`],
  ['SQL literals with ||', `'${token.slice(0, 9)}' || '${token.slice(9)}'`],
  ['Haskell literals with ++', `"${token.slice(0, 9)}" ++ "${token.slice(9)}"`],
  ['Elixir literals with <>', `"${token.slice(0, 9)}" <> "${token.slice(9)}"`],
  ['literals of Visual Basic over lines', `"${token.slice(0, 9)}" & _\n    "${token.slice(9)}"`],
  ['a line that a caret continues', `${token.slice(0, 9)}^\r\n${token.slice(9)}`],
  ['a line that a backtick continues', `${token.slice(0, 9)}\`\n${token.slice(9)}`],
  ['character codes', `String.fromCharCode(${each(token, (point) => `${point}, `).slice(0, -2)})`],
  ['bytes in hex', `new byte[] {${each(token, (point) => `0x${hex(point, 2)},`)}}`],
  ['an array of characters', `{${each(token, (point) => `'${String.fromCharCode(point)}',`)} 0}`],
  ['an array of base64', `[${each(base64(line), (point) => `${point},`)}10]`],
  ['five literals over lines', `'${token.replace(/(.{9})/g, "$1' +\n      '")}'`],
];

describe('encoded secrets', () => {
  it.each(FORMS)('%s', async (_name, form) => {
    const text = `first line\nvalue = ${form.startsWith('"') || form.startsWith("'") ? form : `"${form}"`};\nlast line\n`;
    const output = await engine.scan(blobOf(Buffer.from(text)));
    expect(plaintexts(output)).toContain(token);
    const match = output.matches[plaintexts(output).indexOf(token)];
    expect(match?.region.startLine).toBeGreaterThanOrEqual(2);
    expect(match?.region.endLine).toBeLessThanOrEqual(text.split('\n').length - 2);
    expect(match?.features['decoded']).toBeDefined();
  });

  it('a token in plain is reported once, though its line also holds escapes', async () => {
    const output = await engine.scan(blobOf(Buffer.from(`url = "https://x.test/a%20b?token=${token}&c=%41"`)));
    expect(plaintexts(output)).toEqual([token]);
  });

  it('names the place of the encoded form to the column', async () => {
    const escaped = token.replace('h', '\\u0068');
    const output = await engine.scan(blobOf(Buffer.from(`x = "${escaped}"`)));
    expect(output.matches[0]?.region).toEqual({ startLine: 1, startColumn: 6, endLine: 1, endColumn: 6 + escaped.length });
  });

  it('a base64 image and a minified bundle decode to nothing that is reported', async () => {
    const noise = Buffer.from(Array.from({ length: 30_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) & 255));
    const output = await engine.scan(blobOf(Buffer.from(`<img src="data:image/png;base64,${noise.toString('base64')}">`)));
    expect(plaintexts(output)).toEqual([]);
  });

  it('text encoded across the end of a chunk is found', { timeout: 60_000 }, async () => {
    const filler = 'const value = compute(alpha, beta); // nothing here\n';
    const encoded = `blob = "${base64(line)}"\n`;
    for (const shift of [-90, -60, -30, -1, 0, 5]) {
      const head = filler.repeat(30_000).slice(0, (1 << 20) + 65_536 + shift);
      expect(plaintexts(await engine.scan(blobOf(Buffer.from(`${head}\n${encoded}${filler}`))))).toContain(token);
    }
  });

  it('a gzip bomb in base64 ends at the limit and says so', { timeout: 60_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, 'a ')).toString('base64');
    const output = await engine.scan(blobOf(Buffer.from(Array.from({ length: 6 }, () => `x = "${bomb}"`).join('\n'))));
    expect(output.matches).toEqual([]);
    expect(output.decodeBudgetSpent).toBe(true);
  });
});
