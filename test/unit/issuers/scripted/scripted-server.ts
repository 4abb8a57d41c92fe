import type { Socket } from 'node:net';
import type { RecordedResponse } from '../recorded-exchange.ts';

/** One request as a recording names it. */
export interface ScriptedRequest {
  readonly method: 'SIGN-IN' | 'SQL' | 'REDIS';
  readonly path: string;
  /** Whether this is the password; absent where there is none. */
  readonly isPassword?: (password: string) => boolean;
}

/** Answers one connection in the issuer's own protocol with what `ask` gives for each request. */
export type ScriptedServer = (socket: Socket, ask: (request: ScriptedRequest) => RecordedResponse) => void;

/** An answer as an HTTP server would give it: somebody else listens where the issuer should. */
export function httpBytes({ status = 200, headers = {}, body, text }: RecordedResponse): string {
  const content = text ?? (body === undefined ? '' : JSON.stringify(body));
  return [`HTTP/1.1 ${status} Whatever`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), `content-length: ${Buffer.byteLength(content)}`, '', content].join('\r\n');
}
