import type { ScriptedServer } from './scripted-server.ts';

/** RESP 2: arrays of bulk strings come in, recorded values go out. `AUTH` is the sign-in. */
export const redis: ScriptedServer = (socket, ask) => {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (;;) {
      const head = /^\*(\d+)\r\n((?:\$\d+\r\n[^]*?\r\n)*)/.exec(text);
      const count = Number(head?.[1] ?? 0);
      const words: string[] = [];
      let at = head === null ? 0 : text.indexOf('\r\n') + 2;
      while (words.length < count) {
        const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20));
        const start = at + (size?.[0].length ?? 0);
        const end = start + Number(size?.[1] ?? 0);
        if (size === null || text.length < end + 2) return;
        words.push(text.slice(start, end));
        at = end + 2;
      }
      if (count === 0) return;
      text = text.slice(at);
      const password = words[0] === 'AUTH' ? words.at(-1) : undefined;
      const answer = ask(password === undefined ? { method: 'REDIS', path: words.join(' ') } : { method: 'SIGN-IN', path: words.slice(1, -1).join(' '), isPassword: (one) => one === password });
      socket.write(answer.refused === undefined ? encode('body' in answer ? answer.body : 'OK') : `-${answer.refused.code}\r\n`);
    }
  });
};

function encode(value: unknown): string {
  if (value === null) return '$-1\r\n';
  if (typeof value === 'number') return `:${value}\r\n`;
  if (Array.isArray(value)) return `*${value.length}\r\n${value.map(encode).join('')}`;
  return value === 'OK' ? '+OK\r\n' : `$${Buffer.byteLength(String(value))}\r\n${String(value)}\r\n`;
}
