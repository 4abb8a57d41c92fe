import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** Git's own server of the bare repositories below `root`, over HTTP. */
export function serveGit(root: string, request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'x',
      REMOTE_ADDR: '127.0.0.1',
      SERVER_PROTOCOL: 'HTTP/1.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined).end(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
  let head = Buffer.alloc(0);
  let isOpen = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (isOpen) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isOpen = true;
    const headers = head.subarray(0, end).toString().split('\r\n').map((line) => line.split(/: (.*)/s) as [string, string]);
    const status = Number(headers.find(([key]) => key === 'Status')?.[1]?.slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([key]) => key !== 'Status')));
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
  response.on('close', () => child.kill());
}
