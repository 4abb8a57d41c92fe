import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../src/rules/index.ts';
import { blobOf, engineFor, plaintexts, RULES } from './engine.ts';

const engine = engineFor(RULES);
const rule = RULES.find(({ id }) => id === 'github-pat-classic');
if (rule === undefined) throw new Error('the catalogue has no github-pat-classic');
const { token: secret } = sampleOf(rule.id, { recipe: 'ghp_<base62:30><github-crc32>', seed: 4 });

function wide(text: string, width: 2 | 4, bigEndian: boolean, mark: boolean): Uint8Array {
  const points = [...(mark ? '\ufeff' : ''), ...text];
  const units = width === 4 ? points.map((character) => character.codePointAt(0) as number) : [...points.join('')].flatMap((character) => character.split('').map((unit) => unit.charCodeAt(0)));
  const bytes = new Uint8Array(units.length * width);
  const view = new DataView(bytes.buffer);
  units.forEach((unit, index) => (width === 4 ? view.setUint32(index * 4, unit, !bigEndian) : view.setUint16(index * 2, unit, !bigEndian)));
  return bytes;
}

describe('text in other encodings', () => {
  const text = `# settings of the service\nname = "é😀x"; token = "${secret}"\nlast line of it\n`;
  const cases = [2, 4].flatMap((width) => [false, true].flatMap((bigEndian) => [false, true].map((mark) => [width as 2 | 4, bigEndian, mark] as const)));
  it.each(cases)('%i bytes a unit, big endian %s, mark %s: the token is found where an editor shows it', async (width, bigEndian, mark) => {
    const output = await engine.scan(blobOf(wide(text, width, bigEndian, mark), 1000));
    expect(plaintexts(output)).toEqual([secret]);
    expect(output.matches[0]?.region).toMatchObject({ startLine: 2, startColumn: text.split('\n')[1]?.indexOf(secret) as number + 1 });
  });

  it('UTF-8: columns count UTF-16 units, and a byte order mark counts nothing', async () => {
    const line = `😀é "${secret}"`;
    const output = await engine.scan(blobOf(Buffer.from(`\ufeff${line}\n`)));
    expect(output.matches[0]?.region).toEqual({ startLine: 1, startColumn: 6, endLine: 1, endColumn: 6 + secret.length });
  });

  it('an unrelated binary with zeros is not taken for UTF-16', async () => {
    const bytes = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(600), Buffer.from(`x=${secret}\0`)]);
    expect(plaintexts(await engine.scan(blobOf(bytes)))).toEqual([secret]);
  });
});

describe('many matches', () => {
  it('100,000 tokens on one line are all found, in a time that grows with the line and not with its square', { timeout: 60_000 }, async () => {
    const line = `${secret} `.repeat(100_000);
    const output = await engine.scan(blobOf(Buffer.from(line)));
    expect(output.matches).toHaveLength(100_000);
    expect(output.matches.at(-1)?.region.startColumn).toBe(99_999 * (secret.length + 1) + 1);
  });
});
