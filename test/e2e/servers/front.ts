import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a server: passes everything on, keeps what was sent, and loses the answers that it is told to lose, having waited for them. */
export interface Front {
  readonly url: string;
  /** Bodies by `METHOD PATH`, in order. */
  readonly sent: { readonly route: string; readonly body: string }[];
  loses: (route: string) => boolean;
  readonly stop: () => Promise<void>;
}

export async function startFront(target: string): Promise<Front> {
  const { port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const route = `${incoming.method} ${incoming.url}`;
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => front.sent.push({ route, body: Buffer.concat(chunks).toString('utf8') }));
    const passed = request({ host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      if (front.loses(route)) {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => incoming.socket.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: [],
    loses: () => false,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return front;
}
