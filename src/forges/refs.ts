import { createHash } from 'node:crypto';
import type { HttpOutcome } from '../model/index.ts';
import type { Refs } from './forge.ts';

/** What an answer to `GET …/info/refs?service=git-upload-pack` says (gitprotocol-http, version 0: it lists all refs at once). */
export function readRefs(outcome: HttpOutcome): Refs {
  if (!outcome.ok) {
    const { why, detail, retryAfterSeconds } = outcome;
    if (why === 'refused-address') return { state: 'refused', detail };
    if (why === 'redirect') return { state: 'missing', detail: 'it has moved, and the listing does not say where to' };
    return { state: 'unreachable', detail: `${why}: ${detail}`, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  }
  const { status, body } = outcome.response;
  if (status === 401 || status === 403) return { state: 'refused', detail: `git's server answered ${status}: the token may not read its code` };
  if (status === 404 || status === 410 || status === 451) return { state: 'missing', detail: `git's server answered ${status}` };
  if (status !== 200) return { state: 'unreachable', detail: `git's server answered ${status}` };
  const refs = listOf(body);
  if (refs === undefined) return { state: 'unreachable', detail: "git's server answered with something else than a list of refs" };
  if (refs.length === 0) return { state: 'empty' };
  return { state: 'listed', digest: createHash('sha256').update(refs.toSorted().join('\n')).digest('hex'), count: refs.filter((ref) => !ref.endsWith('^{}')).length };
}

const HEAD_OF_LINE = 4;

/** `OID NAME` of every ref; undefined where the answer does not follow the protocol or is cut short. */
function listOf(body: string): readonly string[] | undefined {
  const refs: string[] = [];
  let at = 0;
  let flushes = 0;
  while (at < body.length && flushes < 2) {
    const length = /^[0-9a-f]{4}$/.test(body.slice(at, at + HEAD_OF_LINE)) ? Number.parseInt(body.slice(at, at + HEAD_OF_LINE), 16) : -1;
    if (length === 0) {
      flushes += 1;
      at += HEAD_OF_LINE;
      continue;
    }
    // A name may have characters of more than one byte, and lengths count bytes: the line itself ends with a newline.
    const end = length < HEAD_OF_LINE ? -1 : body.indexOf('\n', at);
    if (end < 0) return undefined;
    const [line = ''] = body.slice(at + HEAD_OF_LINE, end).split('\0');
    at = end + 1;
    if (line.startsWith('# service=')) continue;
    const [, oid = '', name = ''] = /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/s.exec(line) ?? [];
    if (oid === '') return undefined;
    if (name !== 'capabilities^{}') refs.push(`${oid} ${name}`);
  }
  return flushes === 2 ? refs : undefined;
}
