import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip } from './build-zip.ts';
import { scanTarget, type Seen } from './scan-target.ts';

afterAll(removeFolders);

type Part = string | { readonly dictionary: string; readonly content: string | Uint8Array };

/** A PDF of these objects, numbered from 1; object 1 is its catalogue. */
function buildPdf(objects: readonly Part[], trailer = '<< /Root 1 0 R >>'): Buffer {
  const parts = objects.map((object, index) => {
    if (typeof object === 'string') return Buffer.from(`${index + 1} 0 obj\n${object}\nendobj\n`, 'latin1');
    const content = Buffer.from(object.content);
    return Buffer.concat([Buffer.from(`${index + 1} 0 obj\n<< ${object.dictionary} /Length ${content.length} >>\nstream\r\n`), content, Buffer.from('\nendstream\nendobj\n')]);
  });
  return Buffer.concat([Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'), ...parts, Buffer.from(`trailer\n${trailer}\nstartxref\n0\n%%EOF\n`)]);
}

const HEAD = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> /XObject << /X 7 0 R >> >> >>'];
const COURIER = '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>';
const packed = (content: string): Part => ({ dictionary: '/Filter /FlateDecode', content: deflateSync(Buffer.from(content, 'latin1')) });

async function scanPdf(bytes: Uint8Array): Promise<Seen> {
  const file = join(temporaryFolder(), 'a.pdf');
  writeFileSync(file, bytes);
  return scanTarget(file);
}

async function pageOf(content: string, ...more: readonly Part[]): Promise<string> {
  const seen = await scanPdf(buildPdf([...HEAD, packed(content), COURIER, ...more]));
  expect(seen.skips).toEqual([]);
  return seen.at('a.pdf!/page 1').text;
}

describe('the text of a PDF', () => {
  it('is whole where its program cut and placed words, and apart where they are apart', async () => {
    expect(await pageOf('BT /F1 10 Tf 72 700 Td [(key to) 20 (ken) -5 (1\\0623)] TJ ET')).toBe('key token123');
    // Six letters of Courier at size 10 are 36 wide.
    expect(await pageOf('BT /F1 10 Tf 1 0 0 1 72 700 Tm (abcdef) Tj 1 0 0 1 108 700 Tm (ghi) Tj 40 0 Td (next) Tj 0 -12 Td (line) Tj T* <6865782> Tj ET')).toBe('abcdefghi next\nline hex ');
    expect(await pageOf('q 0.1 0 0 0.1 0 0 cm BT /F1 100 Tf 720 7000 Td (one) Tj ET Q BT /F1 10 Tf 90 700 Td (two) Tj ET')).toBe('onetwo');
    expect(await pageOf('q BI /W 4 /H 1 /BPC 8 /CS /G ID (\x01)x EI Q BT /F1 10 Tf (behind a picture \\(that is inline\\)) Tj ET')).toBe('behind a picture (that is inline)');
  });

  it('is read by the map of a font whose codes are its own, and by the names of an encoding', async () => {
    const map = '/CIDInit begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0003> <0061> <0007> <00620063> endbfchar 1 beginbfrange <0010> <0012> <0078> endbfrange endcmap';
    const composite = '<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [<< /DW 500 >>] >>';
    expect(await pageOf('BT /F2 10 Tf <000300070010001100120003> Tj ET', composite, packed(map))).toBe('abcxyza');
    expect(await pageOf('BT /F2 10 Tf (\\001\\002\\003) Tj ET', '<< /Type /Font /Subtype /Type1 /Encoding << /Differences [1 /T /underscore /seven] >> >>')).toBe('T_7');
  });

  it('comes with forms where they are drawn, once, even if they draw themselves', async () => {
    const form: Part = { dictionary: '/Subtype /Form /Filter /FlateDecode /Resources << /XObject << /X 7 0 R >> >>', content: deflateSync('BT (in a form) Tj ET /X Do') };
    expect((await pageOf('BT /F1 10 Tf (before) Tj ET /X Do /X Do', COURIER, form)).split(/\n+/)).toEqual(['before', 'in a form', '']);
  });

  it('is looked for behind every filter, and in objects that are packed together, replaced or in no tree', async () => {
    const stream = 'BT (seen behind) Tj ET';
    const hex: Part = { dictionary: '/Filter [/ASCIIHexDecode]', content: `${Buffer.from(stream).toString('hex')}>` };
    const runs: Part = { dictionary: '/Filter /RunLengthDecode', content: Buffer.concat([Buffer.from([stream.length - 1]), Buffer.from(stream), Buffer.from([128])]) };
    const a85: Part = { dictionary: '/Filter [/ASCII85Decode /FlateDecode]', content: `${ascii85(deflateSync(stream))}~>` };
    // The words of the specification's example (7.4.4.2), -----A---B.
    const lzw: Part = { dictionary: '/Type /EmbeddedFile /Filter /LZWDecode', content: Buffer.from([0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01]) };
    const inside = '<< /Note (a note that is packed) >> << /URI (https://example.com/?q=\\\n1) /Wide <feff00770069006400650021> >>';
    const first = `20 0 21 ${inside.indexOf('<< /URI')} `;
    const objects: Part = { dictionary: `/Type /ObjStm /N 2 /First ${first.length} /Filter /FlateDecode`, content: deflateSync(first + inside) };
    const seen = await scanPdf(buildPdf([...HEAD, packed('BT (a page) Tj ET'), hex, runs, a85, lzw, objects]));
    expect(seen.skips).toEqual([]);
    for (const object of [5, 6, 7]) expect(seen.at(`a.pdf!/object ${object}`).text).toBe('seen behind');
    expect(seen.at('a.pdf!/object 8').text).toBe('-----A---B');
    for (const text of ['a note that is packed', 'https://example.com/?q=1', 'wide!']) expect(seen.at('a.pdf!/strings').text).toContain(text);
    const updated = await scanPdf(Buffer.concat([buildPdf([...HEAD, packed('BT (old words) Tj ET'), COURIER]), buildPdf(['<< /Type /Catalog /Pages 2 0 R >>', ...HEAD.slice(1), packed('BT (new words) Tj ET')])]));
    expect(updated.blobs.map(({ text }) => text).filter((text) => /^(?:old|new) words$/.test(text)).sort()).toEqual(['new words', 'old words']);
  });

  it('comes beside the file as it is stored, from within archives too, and attached archives are unpacked', async () => {
    const pdf = buildPdf([...HEAD, packed('BT (a page) Tj ET'), COURIER, { dictionary: '/Type /EmbeddedFile', content: buildZip([{ name: 'notes.txt', content: 'attached' }]) }]);
    const seen = await scanPdf(pdf);
    expect(seen.at('a.pdf').bytes.equals(pdf)).toBe(true);
    expect(seen.at('a.pdf!/object 6!/notes.txt').text).toBe('attached');
    const file = join(temporaryFolder(), 'x.zip');
    writeFileSync(file, buildZip([{ name: 'a.pdf', content: pdf }]));
    expect((await scanTarget(file)).at('x.zip!/a.pdf!/page 1').text).toBe('a page');
  });

  it('that is encrypted, cut off or damaged is a gap, and pictures are none', async () => {
    const content = packed('BT (a page) Tj ET');
    expect((await scanPdf(buildPdf([...HEAD, content], '<< /Encrypt 9 0 R >>'))).skips).toEqual([{ what: 'a.pdf', reason: 'unreadable', detail: 'it is encrypted' }]);
    const broken: Part = { dictionary: '/Filter /FlateDecode', content: deflateSync('BT (a page) Tj ET'.repeat(500)).subarray(0, 40) };
    expect((await scanPdf(buildPdf([...HEAD, broken]))).skips).toEqual([{ what: 'a.pdf!/object 4', reason: 'archive-damaged', detail: 'it is cut off' }]);
    expect((await scanPdf(buildPdf([...HEAD, { dictionary: '/Filter /FlateDecode', content: 'no zlib at all' }]))).skips).toEqual([{ what: 'a.pdf!/object 4', reason: 'archive-damaged', detail: 'it cannot be unpacked' }]);
    expect((await scanPdf(buildPdf([...HEAD, content, { dictionary: '/Subtype /Image /Filter /DCTDecode', content: '\xff\xd8' }, { dictionary: '/Filter /JPXDecode', content: 'x' }]))).skips).toEqual([]);
  });
});

function ascii85(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const group = [...bytes.subarray(at, at + 4)];
    const missing = 4 - group.length;
    let value = [...group, 0, 0, 0].slice(0, 4).reduce((sum, byte) => sum * 256 + byte, 0);
    let digits = '';
    for (let digit = 0; digit < 5; digit += 1) {
      digits = String.fromCharCode(33 + (value % 85)) + digits;
      value = Math.floor(value / 85);
    }
    out += digits.slice(0, 5 - missing);
  }
  return out;
}

describe('a hostile PDF', () => {
  const timed = async (bytes: Uint8Array): Promise<Seen> => {
    const started = performance.now();
    const seen = await scanPdf(bytes);
    expect(performance.now() - started).toBeLessThan(15_000);
    return seen;
  };

  it('that unpacks to far more than its size ends in archive-limit', async () => {
    const zeros = deflateSync(Buffer.alloc(40 << 20, ' '));
    const seen = await timed(buildPdf([...HEAD, ...Array.from({ length: 4 }, (): Part => ({ dictionary: '/Filter /FlateDecode', content: zeros }))]));
    expect(seen.skips.map(({ reason }) => reason)).toEqual(['archive-limit']);
    const one = await timed(buildPdf([...HEAD, { dictionary: '/Filter [/FlateDecode /FlateDecode]', content: deflateSync(deflateSync(Buffer.alloc(100 << 20))) }]));
    expect(one.skips).toEqual([{ what: 'a.pdf', reason: 'archive-limit', detail: 'it unpacks to far more than its size' }]);
  });

  it('that never closes what it opens, nests without end or points to itself is read in bounded time', async () => {
    for (const content of ['1 0 obj (', '1 0 obj <', '1 0 obj [', '1 0 obj <<', '1 0 obj << /A [(', '1 0 obj stream ', '1 0 obj << >> stream '].map((text) => text.repeat(200_000))) {
      await timed(Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from(content)]));
    }
    await timed(Buffer.from(`%PDF-1.4\n1 0 obj (${'x'.repeat(8 << 20)}`));
    await timed(Buffer.from(`%PDF-1.4\n1 0 obj [${'1 '.repeat(4 << 20)}`));
    await timed(buildPdf(['<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] >>', '2 0 R', '<< /Type /Page /Contents 2 0 R /Parent 3 0 R >>']));
    await timed(buildPdf([...HEAD, packed(`BT ${'[ << '.repeat(100_000)} (x) Tj ${'q '.repeat(100_000)}`)]));
  });

  it('whose pages all show the same content is read once', async () => {
    const content = packed('BT (aaaa) Tj ET '.repeat(50_000));
    const pages = Array.from({ length: 5000 }, (_, index) => `<< /Type /Page /Contents [3 0 R ${90_000 + index} 0 R] >>`);
    const seen = await timed(buildPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] >>', content, ...pages]));
    expect(seen.paths.filter((path) => path.includes('page '))).toHaveLength(1);
    expect(seen.skips).toEqual([]);
  });

  it('that is garbled anywhere still gives its bytes', async () => {
    const pdf = buildPdf([...HEAD, packed('BT /F1 10 Tf [(a) 1 (b)] TJ ET'), COURIER, '<< /Length 3 >>']);
    let state = 7;
    const random = (): number => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 8;
    for (let round = 0; round < 100; round += 1) {
      const garbled = Buffer.from(pdf);
      for (let count = 0; count < 12; count += 1) garbled[9 + (random() % (pdf.length - 9))] = random() & 0xff;
      expect((await scanPdf(garbled)).at('a.pdf').bytes.equals(garbled)).toBe(true);
    }
  });
});
