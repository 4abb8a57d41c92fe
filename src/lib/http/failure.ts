import type { HttpOutcome, UnknownWhy } from '../../model/index.ts';

/** An outcome without an answer. */
export type Failure = Extract<HttpOutcome, { readonly ok: false }>;

export function failed(why: UnknownWhy, detail: string, retryAfterSeconds?: number): Failure {
  return { ok: false, why, detail, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

const TLS_CODES = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_OSSL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|CRL_)/;
const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT', 'ABORT_ERR', 'TIMEOUT']);
const MALFORMED_CODES = /^(HPE_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$|UND_ERR_RESPONSE)/;
const GARBLED_CODES = /^(Z_|ERR__ERROR_|ERR_BROTLI|ERR_PADDING|ZSTD_)/;
const RESET_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * Names a network error by its code. The message of the error is not passed on: it may repeat what was sent or
 * received.
 */
export function nameFailure(error: unknown): Failure {
  const code = codeOf(error);
  const refusal = refusedByProxy(error);
  if (refusal !== undefined) return failed('network', `the proxy answered ${refusal} instead of letting us through`);
  if (code === undefined) return failed('network', 'the connection failed');
  if (TLS_CODES.test(code)) return failed('tls', `the server's TLS certificate or handshake was refused (${code})`);
  if (TIMEOUT_CODES.has(code)) return failed('timeout', `no complete answer in time (${code})`);
  if (GARBLED_CODES.test(code)) return failed('malformed', `the answer is compressed, and broken (${code})`);
  if (MALFORMED_CODES.test(code)) return failed('malformed', `the answer is not valid HTTP (${code})`);
  return failed('network', `the connection failed (${code})`);
}

/** The status with which a proxy refused to open a tunnel; undici says it in words only. */
function refusedByProxy(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'AbortError' ? /^Proxy response \((\d{3})\) !== 200/.exec(error.message)?.[1] : undefined;
}

/** Whether the peer closed the connection: on a kept-alive one that may only mean it had grown old. */
export function isReset(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && RESET_CODES.has(code);
}

function codeOf(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  if (error.name === 'TimeoutError') return 'TIMEOUT';
  // undici's parser does not always know why it gave up.
  if (error.name === 'HTTPParserError') return typeof error.code === 'string' && error.code.startsWith('HPE_') ? error.code : 'HPE_INVALID';
  const { code } = error;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.cause === undefined ? undefined : codeOf(error.cause);
}

function isError(error: unknown): error is Error & { readonly code?: unknown } {
  return error instanceof Error;
}
