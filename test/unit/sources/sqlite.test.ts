import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip } from './build-zip.ts';
import { scanTarget } from './scan-target.ts';

afterAll(removeFolders);

const LONG = 'abcdefghij'.repeat(2000);

function databaseFile(sql: string, fill: (database: DatabaseSync) => void = () => undefined): string {
  const path = join(temporaryFolder(), 'app.db');
  const database = new DatabaseSync(path);
  database.exec(sql);
  fill(database);
  database.close();
  return path;
}

describe('a SQLite database', () => {
  it('is its rows, a value on each line behind its column, whatever page they begin and end on', async () => {
    const path = databaseFile('create table users (id integer primary key, "full name" text, token text not null, at int, data blob, check (at > 0)); create index by_token on users (token)', (database) => {
      const insert = database.prepare('insert into users values (?, ?, ?, ?, ?)');
      insert.run(1, 'Bob', 'first-token', 2024, null);
      insert.run(2, 'Eve', `${LONG}END`, 2025, Buffer.from('bytes that read'));
      insert.run(3, 'Ann', 'third', 2026, gzipSync('packed value'));
    });
    const seen = await scanTarget(path);
    expect(seen.skips).toEqual([]);
    expect(seen.at('app.db!/users/rows 1 to 3').text).toBe(`full name: Bob\ntoken: first-token\nfull name: Eve\ntoken: ${LONG}END\ndata: bytes that read\nfull name: Ann\ntoken: third\n`);
    expect(seen.at('app.db!/users/row 3/data!/data (unpacked)').text).toBe('packed value');
    expect(seen.counts.scanned.files).toBe(1);
  });

  it('is scanned as it is stored where rows were deleted, and what was told as a row is not told again', async () => {
    const path = databaseFile('pragma secure_delete = off; create table notes (text)', (database) => {
      database.exec(`insert into notes values ('kept one'), ('deleted words'), ('${LONG}deleted long')`);
      database.exec("delete from notes where text like '%deleted%'");
    });
    const seen = await scanTarget(path);
    expect(seen.at('app.db!/notes/rows 1 to 1').text).toBe('text: kept one\n');
    const { text } = seen.at('app.db');
    expect(text).toContain('deleted words');
    expect(text).toContain('deleted long');
    expect(text).not.toContain('kept one');
    expect(seen.at('app.db').bytes.length).toBe(readFileSync(path).length);
  });

  it.each(['UTF-16le', 'UTF-16be'])('in %s reads as any other', async (encoding) => {
    const seen = await scanTarget(databaseFile(`pragma encoding = '${encoding}'; create table t (v); insert into t values ('wide wörds')`));
    expect(seen.at('app.db!/t/rows 1 to 1').text).toBe('v: wide wörds\n');
  });

  it('may keep the rows of a table in an index, and of many pages all are there', async () => {
    const seen = await scanTarget(databaseFile('create table kv (k text primary key, v text) without rowid; create table many (v)', (database) => {
      database.exec("insert into kv values ('key', 'value in an index')");
      const insert = database.prepare('insert into many values (?)');
      database.exec('begin');
      for (let index = 0; index < 20_000; index += 1) insert.run(`value-${index}-${'x'.repeat(50)}`);
      database.exec('commit');
    }));
    expect(seen.at('app.db!/kv/rows 0 to 0').text).toContain('v: value in an index');
    const many = seen.blobs.filter(({ path }) => path.startsWith('app.db!/many/')).map(({ text }) => text).join('');
    expect(many.match(/value-\d+-/g)?.length).toBe(20_000);
  });

  it('that is open is read from its write-ahead log, too', async () => {
    const path = join(temporaryFolder(), 'live.db');
    const database = new DatabaseSync(path);
    database.exec(`pragma journal_mode = wal; create table t (a, b); insert into t values ('in the log', '${LONG}END')`);
    const copy = join(temporaryFolder(), 'copy.db-wal');
    copyFileSync(`${path}-wal`, copy);
    database.close();
    const seen = await scanTarget(copy);
    expect(seen.blobs.map(({ text }) => text).join('')).toContain(`column 1: in the log\ncolumn 2: ${LONG}END\n`);
  });

  it('in an archive is read there', async () => {
    const path = databaseFile("create table t (v); insert into t values ('inside')");
    const zip = join(temporaryFolder(), 'x.zip');
    writeFileSync(zip, buildZip([{ name: 'data/app.db', content: readFileSync(path) }]));
    expect((await scanTarget(zip)).at('x.zip!/data/app.db!/t/rows 1 to 1').text).toBe('v: inside\n');
  });

  it('that is cut off or garbled is a gap where rows are missing, and ends', async () => {
    const bytes = readFileSync(databaseFile('create table t (v)', (database) => database.exec(`insert into t values ('before'), ('${LONG.repeat(20)}')`)));
    const cut = join(temporaryFolder(), 'cut.db');
    writeFileSync(cut, bytes.subarray(0, bytes.length >> 1));
    expect((await scanTarget(cut)).skips.map(({ reason }) => reason)).toEqual(['archive-damaged']);
    let state = 22;
    const random = (): number => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 8;
    for (let round = 0; round < 60; round += 1) {
      const garbled = Buffer.from(bytes.subarray(0, 40_000));
      for (let count = 0; count < 200; count += 1) garbled[100 + (random() % (garbled.length - 100))] = random() & 0xff;
      const file = join(temporaryFolder(), 'garbled.db');
      writeFileSync(file, garbled);
      const seen = await scanTarget(file);
      expect(seen.blobs.some(({ path }) => path === 'garbled.db')).toBe(true);
    }
  });

  it('whose cells all are one long row ends in archive-limit', async () => {
    const bytes = readFileSync(databaseFile('pragma page_size = 65536; create table t (v)', (database) => database.exec(`insert into t values ('${'x'.repeat(3 << 20)}')`)));
    const page = bytes.findIndex((byte, index) => index > 0 && index % 65_536 === 0 && byte === 13);
    const cell = bytes.readUInt16BE(page + 8);
    bytes.writeUInt16BE(20_000, page + 3);
    for (let index = 0; index < 20_000; index += 1) bytes.writeUInt16BE(cell, page + 8 + index * 2);
    const file = join(temporaryFolder(), 'bomb.db');
    writeFileSync(file, bytes);
    expect((await scanTarget(file)).skips.map(({ reason }) => reason)).toEqual(['archive-limit']);
  });
});
