import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import type { Server as TlsServer } from 'node:https';

export interface LocalServer {
  readonly url: URL;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** An HTTP server on a free port of 127.0.0.1. */
export async function serve(listener: RequestListener): Promise<LocalServer> {
  return started(createServer({ keepAliveTimeout: 60_000 }, listener), 'http');
}

/** Speaks raw bytes, for answers that are not HTTP. */
export async function serveTcp(onSocket: (socket: Socket) => void): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  return started(server, 'http', () => sockets.forEach((socket) => socket.destroy()));
}

export async function started(server: Server | TlsServer | TcpServer, scheme: 'http' | 'https', closeAll?: () => void): Promise<LocalServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${scheme}://127.0.0.1:${port}`),
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        closeAll?.();
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
