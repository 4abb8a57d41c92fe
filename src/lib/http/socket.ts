import { connect as connectPlain } from 'node:net';
import type { LookupFunction, Socket } from 'node:net';
import { connect as connectTls, getCACertificates } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { SocketOutcome, SocketTls, Talk, TlsParameters } from '../../model/index.ts';
import { literalAddress } from './address-guard.ts';
import { failed, nameFailure } from './failure.ts';
import type { Failure } from './failure.ts';

/** How often the bytes that came are counted. */
const COUNT_EVERY_MS = 50;

export interface SocketUse {
  readonly url: URL;
  readonly tls: SocketTls;
  readonly lookup: LookupFunction;
  /** More trusted certificates, PEM. */
  readonly ca?: string;
  readonly maxBytes: number;
  /** Ends the conversation, wherever it is. */
  readonly signal: AbortSignal;
}

/**
 * Opens a connection to checked addresses, lets `talk` use it, and closes it, whatever happens in between. A peer that sends
 * more than `maxBytes` or does not come to an end is cut off. What `talk` throws is named by its code, never by its text.
 */
export async function useSocket<T>(use: SocketUse, talk: Talk<T>): Promise<SocketOutcome<T>> {
  const parameters = use.tls.mode === 'none' ? undefined : tlsParameters(use);
  let tooLarge = false;
  let opened: Socket | undefined;
  let counting: NodeJS.Timeout | undefined;
  try {
    const socket = (opened = open(use, parameters));
    // A driver that has let go of it must not leave an error without a listener.
    socket.on('error', () => undefined);
    await orAbort(connected(socket, use.tls.mode === 'direct' ? 'secureConnect' : 'connect'), use.signal);
    counting = setInterval(() => {
      if (socket.bytesRead <= use.maxBytes) return;
      tooLarge = true;
      socket.destroy(new Error('too large'));
    }, COUNT_EVERY_MS);
    return { ok: true, value: await orAbort(talk(socket, use.tls.mode === 'later' ? parameters : undefined), use.signal) };
  } catch (error) {
    if (tooLarge) return failed('too-large', `the answer is longer than ${use.maxBytes} bytes`);
    if (use.signal.aborted) throw error;
    return named(error);
  } finally {
    clearInterval(counting);
    opened?.destroy();
  }
}

function open({ url, lookup, tls }: SocketUse, parameters: TlsParameters | undefined): Socket | TLSSocket {
  const where = { host: literalAddress(url) ?? url.hostname, port: Number(url.port), lookup, autoSelectFamily: true };
  return tls.mode === 'direct' ? connectTls({ ...where, ...parameters, ca: parameters?.ca === undefined ? undefined : [...parameters.ca] }) : connectPlain(where);
}

function tlsParameters({ url, tls, ca }: SocketUse): TlsParameters {
  const name = literalAddress(url) === undefined ? { servername: url.hostname } : {};
  // Said, because NODE_TLS_REJECT_UNAUTHORIZED=0 in an environment would hand credentials to whoever sits in between.
  return { rejectUnauthorized: tls.mode === 'none' || tls.verify, ...name, ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }) };
}

function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve).once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

function named(error: unknown): Failure {
  const failure = nameFailure(error);
  return failure.why === 'malformed' ? failed('malformed', 'the answer is not of the protocol that the store should speak') : failure;
}

function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
