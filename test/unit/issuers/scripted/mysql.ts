import { createHash } from 'node:crypto';
import type { RecordedResponse } from '../recorded-exchange.ts';
import type { ScriptedServer } from './scripted-server.ts';

const SALT = 'abcdefghijklmnopqrst';
/** LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH. */
const CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000;
const UTF8 = 45;

/** MySQL's protocol, as far as a sign-in with mysql_native_password and plain queries go. */
export const mysql: ScriptedServer = (socket, ask) => {
  let buffer = Buffer.alloc(0);
  let isIn = false;
  const send = (sequence: number, ...bodies: readonly Buffer[]): void => void socket.write(Buffer.concat(bodies.map((body, index) => packet(sequence + index, body))));
  send(0, greeting());
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      if (buffer.length < 4 || buffer.length < 4 + buffer.readUIntLE(0, 3)) return;
      const length = buffer.readUIntLE(0, 3);
      const body = buffer.subarray(4, 4 + length);
      buffer = buffer.subarray(4 + length);
      if (!isIn) {
        const end = body.indexOf(0, 32);
        const token = body.subarray(end + 2, end + 2 + (body[end + 1] ?? 0));
        const answer = ask({ method: 'SIGN-IN', path: body.toString('utf8', 32, end), isPassword: (one) => tokenOf(one).equals(token) });
        if (answer.refused !== undefined) {
          send(2, refusal(answer.refused.code));
          socket.end();
          return;
        }
        isIn = true;
        send(2, OK);
      } else if (body[0] === 3) {
        const answer = ask({ method: 'SQL', path: body.toString('utf8', 1) });
        send(1, ...(answer.refused === undefined ? rows(answer) : [refusal(answer.refused.code)]));
      } else if (body[0] === 1) {
        socket.end();
        return;
      }
    }
  });
};

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);

function greeting(): Buffer {
  const bytes = Buffer.alloc(4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10);
  bytes.writeUInt32LE(7, 0);
  bytes.write(SALT.slice(0, 8), 4, 'latin1');
  bytes.writeUInt16LE(CAPABILITIES & 0xffff, 13);
  bytes[15] = UTF8;
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(CAPABILITIES >>> 16, 18);
  bytes[20] = SALT.length + 1;
  return Buffer.concat([Buffer.from('\x0a8.4.0\0', 'latin1'), bytes, Buffer.from(`${SALT.slice(8)}\0mysql_native_password\0`, 'latin1')]);
}

/** SHA1(password) XOR SHA1(salt, SHA1(SHA1(password))). */
function tokenOf(password: string): Buffer {
  const sha1 = (...parts: readonly (string | Buffer)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha1')).digest();
  const once = sha1(password);
  const mask = sha1(SALT, sha1(once));
  return Buffer.from(once.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

function rows({ body }: RecordedResponse): readonly Buffer[] {
  if (!Array.isArray(body)) return [OK];
  const list = body as readonly Readonly<Record<string, string | null>>[];
  const names = Object.keys(list[0] ?? { none: null });
  const columns = names.map((name) => Buffer.concat([text('def'), text(''), text(''), text(''), text(name), text(name), Buffer.from([0x0c, UTF8, 0, 255, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0])]));
  return [Buffer.from([names.length]), ...columns, EOF, ...list.map((row) => Buffer.concat(names.map((name) => (row[name] === null || row[name] === undefined ? Buffer.from([0xfb]) : text(row[name]))))), EOF];
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return bytes.length < 251 ? Buffer.concat([Buffer.from([bytes.length]), bytes]) : Buffer.concat([Buffer.from([0xfc, bytes.length & 0xff, bytes.length >> 8]), bytes]);
}

function refusal(code: string): Buffer {
  const head = Buffer.alloc(3);
  head[0] = 0xff;
  head.writeUInt16LE(Number(code), 1);
  return Buffer.concat([head, Buffer.from('#HY000refused')]);
}

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence & 0xff;
  return Buffer.concat([head, body]);
}
