import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { shownSource, type RemoteExtends } from '../settings/index.ts';
import { githubAccess } from './github-access.ts';
import type { Io } from './io.ts';
import { proxiesOf } from './proxies.ts';
import { VERSION } from './version.ts';

const MOST_BYTES = 1024 * 1024;

/**
 * The bytes of what a configuration extends. They are pinned by their digest, so that a copy in the state directory is as good as the original:
 * only the first run asks the network. Whether the digest is right is looked at by who reads them. Throws `EXTENDS_UNREACHABLE`.
 */
export async function bringExtended(source: RemoteExtends, stateDir: string, io: Io): Promise<Uint8Array> {
  const folder = join(stateDir, 'extended');
  const path = join(folder, `${source.sha256}.yml`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined && digestOf(kept) === source.sha256) return kept;
  const bytes = 'url' in source ? await fetchUrl(source.url, io) : await fetchFromGitHub(source, io);
  if (digestOf(bytes) === source.sha256) await keep(folder, path, bytes);
  return bytes;
}

/** Nothing but the request is sent: no token, and no redirect is followed. */
async function fetchUrl(text: string, io: Io): Promise<Uint8Array> {
  const { createHttp, hostOf } = await import('../lib/http/index.ts');
  const http = createHttp({ userAgent: `tokenwarden/${VERSION}`, proxy: proxiesOf(io.env) });
  try {
    const url = new URL(text);
    const chunks: Uint8Array[] = [];
    const outcome = await http.send({ method: 'GET', url, headers: { accept: 'application/yaml, text/plain, */*' } }, { allowPrivate: false, allowedHosts: [hostOf(url)], secrets: [], maxBodyBytes: MOST_BYTES, sink: (chunk) => void chunks.push(chunk.slice()) });
    if (!outcome.ok) throw unreachable(text, outcome.detail);
    if (outcome.response.status !== 200) throw unreachable(text, `HTTP ${outcome.response.status}`);
    return Buffer.concat(chunks);
  } finally {
    await http.close();
  }
}

/** The file as git has it at that commit, with the token of the environment, if there is one. */
async function fetchFromGitHub(source: Extract<RemoteExtends, { readonly repository: string }>, io: Io): Promise<Uint8Array> {
  const { openGitHub, textAt, GitHubError } = await import('../github/index.ts');
  const github = await openGitHub(githubAccess(io));
  try {
    const [owner = '', repo = ''] = source.repository.split('/');
    const { value } = await github.call('repos/get-content', { owner, repo, path: source.path, ref: source.commit });
    if (textAt(value, 'type') !== 'file' || textAt(value, 'encoding') !== 'base64') throw unreachable(shownSource(source), 'it is no file of at most 1 MiB');
    return Buffer.from(textAt(value, 'content') ?? '', 'base64');
  } catch (error) {
    if (error instanceof GitHubError) throw unreachable(shownSource(source), error.message);
    throw error;
  } finally {
    await github.close();
  }
}

/** Best effort: without a copy, the next run asks again. */
async function keep(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}`;
  try {
    makeFolder(folder);
    await writeFile(part, bytes, { mode: 0o600, flag: 'wx' });
    await rename(part, path);
  } catch {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unreachable(what: string, why: string): WardenError {
  return new WardenError('EXTENDS_UNREACHABLE', `what the configuration extends cannot be read from ${printable(what)}: ${printable(why)}`, { hint: 'nothing was scanned; a policy that cannot be read is not left out' });
}
