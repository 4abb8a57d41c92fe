import type { RecordedResponse } from '../recorded-exchange.ts';
import type { ScriptedServer } from './scripted-server.ts';

const SSL_REQUEST = 80_877_103;

/** PostgreSQL's protocol (version 3.0), as far as a sign-in by password and simple queries go. */
export const postgresql: ScriptedServer = (socket, ask) => {
  let buffer = Buffer.alloc(0);
  let startup: { readonly user: string; readonly database: string } | undefined;
  let isIn = false;
  const read = (): boolean => {
    const head = startup === undefined ? 0 : 1;
    if (buffer.length < head + 4) return false;
    const length = buffer.readUInt32BE(head);
    if (buffer.length < head + length) return false;
    const [type, body] = [head === 0 ? '' : String.fromCharCode(buffer[0] ?? 0), buffer.subarray(head + 4, head + length)];
    buffer = buffer.subarray(head + length);
    if (startup === undefined) {
      if (body.readUInt32BE(0) === SSL_REQUEST) {
        socket.write('N');
        return true;
      }
      const words = body.toString('utf8', 4).split('\0');
      const value = (name: string): string => words[words.findIndex((word, index) => index % 2 === 0 && word === name) + 1] ?? '';
      startup = { user: value('user'), database: value('database') };
      socket.write(message('R', int32(3)));
    } else if (!isIn) {
      const password = body.toString('utf8').replace(/\0$/, '');
      const answer = ask({ method: 'SIGN-IN', path: `${startup.user}@${startup.database}`, isPassword: (one) => one === password });
      if (answer.refused !== undefined) socket.end(refusal(answer.refused));
      else {
        isIn = true;
        socket.write(Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]));
      }
    } else if (type === 'Q') {
      const answer = ask({ method: 'SQL', path: body.toString('utf8').replace(/\0$/, '') });
      socket.write(Buffer.concat([answer.refused === undefined ? rows(answer) : refusal(answer.refused), message('Z', Buffer.from('I'))]));
    } else if (type === 'X') socket.end();
    return true;
  };
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    while (read());
  });
};

function rows({ body }: RecordedResponse): Buffer {
  const list = (Array.isArray(body) ? body : []) as readonly Readonly<Record<string, string | null>>[];
  const names = Object.keys(list[0] ?? {});
  const fields = names.map((name) => Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]));
  const data = list.map((row) => message('D', Buffer.concat([int16(names.length), ...names.map((name) => (row[name] === null || row[name] === undefined ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(row[name])), Buffer.from(row[name])])))])));
  return Buffer.concat([...(names.length === 0 ? [] : [message('T', Buffer.concat([int16(names.length), ...fields]))]), ...data, message('C', Buffer.from('DONE\0'))]);
}

function refusal({ code, routine }: NonNullable<RecordedResponse['refused']>): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mrefused\0${routine === undefined ? '' : `R${routine}\0`}\0`));
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
