import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip } from './build-zip.ts';
import { scanTarget, type Seen } from './scan-target.ts';

afterAll(removeFolders);

async function scanFile(name: string, content: Uint8Array): Promise<Seen> {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return scanTarget(file);
}

const zipOf = (files: Readonly<Record<string, string>>): Buffer => buildZip(Object.entries(files).map(([name, content]) => ({ name, content })));
const tarOf = (files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> =>
  packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: Buffer.byteLength(body), mtime: new Date(0) }, body })));
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('<'));

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const SLIDE = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
const OPEN = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"';

describe('the text of an Office document', () => {
  it.each([
    ['a.docx', 'word/document.xml', `<w:document ${WORD}><w:body><w:p><w:r><w:t>key toke</w:t></w:r><w:r w:rsidR="00AB"><w:rPr><w:b/></w:rPr><w:t>n123</w:t></w:r></w:p><w:p><w:r><w:t>next</w:t></w:r></w:p></w:body></w:document>`],
    ['a.xlsx', 'xl/sharedStrings.xml', `<sst ${SHEET}><si><r><t>key toke</t></r><r><rPr><b/></rPr><t>n123</t></r></si><si><t>next</t></si></sst>`],
    ['a.pptx', 'ppt/slides/slide1.xml', `<p:sld ${SLIDE}><a:p><a:r><a:t>key toke</a:t></a:r><a:r><a:t>n123</a:t></a:r></a:p><a:p><a:r><a:t>next</a:t></a:r></a:p></p:sld>`],
    ['a.odt', 'content.xml', `<office:text ${OPEN}><text:p>key toke<text:span text:style-name="T1">n123</text:span></text:p><text:p>next</text:p></office:text>`],
  ])('in %s is whole again where its editor cut it into runs', async (name, part, xml) => {
    const seen = await scanFile(name, zipOf({ [part]: `<?xml version="1.0"?>\n${xml}` }));
    expect(linesOf(seen.at(`${name}!/${part}`).text)).toEqual(['key token123', 'next']);
    expect(seen.skips).toEqual([]);
    expect(seen.counts.scanned.files).toBe(1);
  });

  it('comes with the attributes of its markup, and comments', async () => {
    const seen = await scanFile('a.docx', zipOf({ 'word/document.xml': `<w:document ${WORD}><w:p><w:drawing descr="behind the picture"/><!-- said aside --><w:t>seen</w:t></w:p></w:document>` }));
    const { text } = seen.at('a.docx!/word/document.xml');
    for (const piece of ['seen', 'behind the picture', 'said aside']) expect(text).toContain(piece);
  });

  it('is not looked for in XML of other kinds, nor in parts that are too long', async () => {
    const other = '<config><token>abc</token><token>def</token></config>';
    const long = `<w:document ${WORD}>${'<w:t>a</w:t>'.repeat(1_500_000)}</w:document>`;
    const seen = await scanFile('a.zip', zipOf({ 'content.xml': other, 'word/long.xml': long }));
    expect(seen.at('a.zip!/content.xml').text).toBe(other);
    expect(seen.at('a.zip!/word/long.xml').text === long).toBe(true);
  });

  it('that cannot be unpacked is a gap, and the other parts are read', async () => {
    const seen = await scanFile('a.docx', buildZip([{ name: 'word/document.xml', content: `<w:document ${WORD}>${'x'.repeat(6 << 20)}`, claims: { crc: 1 } }, { name: 'word/comments.xml', content: `<w:comments ${WORD}><w:t>said</w:t></w:comments>` }]));
    expect(seen.skips.map(({ reason, what }) => [reason, what])).toEqual([['archive-damaged', 'a.docx!/word/document.xml']]);
    expect(seen.at('a.docx!/word/comments.xml').text).toContain('said');
  });
});

describe('a saved image of Docker or OCI', () => {
  it('is its layers, with what later ones delete, and the history and environment of its configuration', async () => {
    const lower = await tarOf({ 'app/.env': 'KEY=deleted later', 'app/main.js': 'code' });
    const upper = await tarOf({ 'app/.wh..env': '', 'app/new': 'added' });
    const config = JSON.stringify({ config: { Env: ['TOKEN=in the environment'] }, history: [{ created_by: 'RUN login --password in-the-history' }] });
    const image = await tarOf({ 'manifest.json': '[]', 'blobs/sha256/aa': config, 'blobs/sha256/bb': gzipSync(lower), 'blobs/sha256/cc': zstdCompressSync(upper), 'dd/layer.tar': lower });
    const seen = await scanFile('image.tar', image);
    expect(seen.at('image.tar!/blobs/sha256/bb!/app/.env').text).toBe('KEY=deleted later');
    expect(seen.at('image.tar!/dd/layer.tar!/app/.env').text).toBe('KEY=deleted later');
    expect(seen.at('image.tar!/blobs/sha256/cc!/app/new').text).toBe('added');
    expect(seen.at('image.tar!/blobs/sha256/aa').text).toBe(config);
    expect(seen.skips).toEqual([]);
  });
});
