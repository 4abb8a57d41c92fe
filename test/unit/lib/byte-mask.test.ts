import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteMasker } from '../../../src/lib/byte-mask.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const masked = (forms: readonly string[], chunks: readonly string[]): string => {
  const mask = byteMasker(forms.map((form) => ({ bytes: bytes(form) })), bytes('***'))();
  return Buffer.concat([...chunks.map((chunk) => mask.push(bytes(chunk))), mask.end()]).toString('latin1');
};

describe('a byte mask', () => {
  it.each([
    ['the whole', ['secret'], ['a secret b'], 'a *** b'],
    ['across chunks', ['secret'], ['a se', 'c', 'ret b'], 'a *** b'],
    ['one after the other', ['secret'], ['secretsecret'], '******'],
    ['the longest of two that begin alike', ['abc', 'abcdef'], ['abcdef abcde'], '*** ***de'],
    ['one whose beginning came before', ['aab'], ['aaaab'], 'aa***'],
    ['one that line breaks part', ['secret'], ['se\ncr\r\net!'], '***!'],
    ['one that a colour parts', ['secret'], ['se\x1b[01;31mcr\x1b[met!'], '***!'],
    ['one that a cut colour parts', ['secret'], ['se\x1b', '[01', ';31mcret!'], '***!'],
    ['not what only begins like it', ['secret'], ['secre', 't-less? secre'], '***-less? secre'],
    ['not what spaces part', ['secret'], ['sec ret'], 'sec ret'],
    ['nothing without forms', [], ['\x00\xff'], '\x00\xff'],
  ])('hides %s', (_name, forms, chunks, expected) => expect(masked(forms, chunks)).toBe(expected));

  it('holds back no more than may still become a secret', () => {
    const mask = byteMasker([{ bytes: bytes('secret') }], bytes('***'))();
    expect(mask.push(bytes('prompt> ')).toString()).toBe('prompt> ');
    expect(mask.push(bytes('sec')).toString()).toBe('');
    expect(mask.push(bytes('onds ')).toString()).toBe('seconds ');
  });

  it('gives the same however the stream is cut, and never the secret', () => {
    const alphabet = fc.constantFrom('a', 'b', 'c', '\n', '\x1b[m', '\xff');
    const text = fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join(''));
    const forms = fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 6 }).map((parts) => parts.join('')), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(forms, text, fc.array(fc.nat(60), { maxLength: 8 }), (hidden, whole, cuts) => {
        const places = [...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length])].sort((a, b) => a - b);
        const chunks = places.slice(1).map((to, index) => whole.slice(places[index], to));
        const once = masked(hidden, [whole]);
        expect(masked(hidden, chunks)).toBe(once);
        const plain = once.replaceAll(/\n|\x1b\[m/g, '').split('***');
        for (const piece of plain) for (const form of hidden) expect(piece.includes(form)).toBe(false);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });
});

it('hides so many first bytes of a form like the whole, in whatever chunks', () => {
  const form = { bytes: Buffer.from('abcdefghijkl'), least: 6 };
  const shown = (text: string, size: number): string => {
    const mask = byteMasker([form], Buffer.from('***'))();
    const out: Uint8Array[] = [];
    for (let at = 0; at < text.length; at += size) out.push(mask.push(Buffer.from(text.slice(at, at + size))));
    return Buffer.concat([...out, mask.end()]).toString();
  };
  for (const size of [1, 2, 5, 100]) {
    expect([shown('x abcdefghijkl y', size), shown('x abcdefgh y', size), shown('x abcdef', size), shown('x abcde y', size), shown('abcdefghijklm', size)]).toEqual(['x *** y', 'x *** y', 'x ***', 'x abcde y', '***m']);
  }
});
