import { createHash } from 'node:crypto';
import type { OpenGitHub } from '../github/index.ts';
import { Fields, isObject, readAlert, readReport, type Report, type Reported, type ReportedPlace } from '../ingest/index.ts';
import { pathOf, reporterOf, WardenError, type Origin, type RawMatch, type Skip } from '../model/index.ts';
import { readOccurrence, type Fetched, type Hit, type Remote, type Told } from '../sources/index.ts';

/** Lines below this are laid out as the report tells; what stands farther down, at the top. */
const MAX_LINE = 2_000_000;
const MAX_COLUMN = 1000;
const MAX_PAGES = 100;
/** For a secret that none of our rules knows. */
const FALLBACK_RULE = 'generic-secret';

export const INGEST = 'ingest:';

export interface IngestSetup {
  /** Absolute: paths in reports are below it. */
  readonly cwd: string;
  /** Reads the file that a report is in. Throws a `WardenError`. */
  readonly read: (file: string) => Promise<string>;
  readonly github: Omit<OpenGitHub, 'signal'>;
}

/**
 * What other tools found (`FILE`, or `github:OWNER/REPO` for its secret-scanning alerts) as a target. Each secret is laid out at
 * its place and scanned with our own rules, so that its kind, its parts and its issuer are known as those of any other; one that no rule knows
 * is a generic secret. Where a report holds no plaintext, the file itself is read. Everything stays in memory.
 */
export function ingested(source: string, setup: IngestSetup): Remote {
  const state = new Ingestion();
  return {
    name: `${INGEST}${source}`,
    async *items(signal) {
      const reports = source.startsWith('github:') ? [await readAlerts(source, setup, signal)] : readReport(await setup.read(source), source);
      yield* state.items(reports, setup.cwd);
    },
    shown: (hit) => state.shown(hit),
    rest: (found, isPart) => state.rest(found, isPart),
  };
}

async function readAlerts(source: string, { github: open }: IngestSetup, signal: AbortSignal): Promise<Report> {
  const [, owner, repo] = /^github:([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(source) ?? [];
  if (owner === undefined || repo === undefined) throw new WardenError('USAGE_INGEST_SOURCE', 'a source that begins with github: names no repository', { hint: 'write github:OWNER/REPO' });
  const { openGitHub, numberAt } = await import('../github/index.ts');
  const github = await openGitHub({ ...open, signal });
  const there = { owner, repo };
  try {
    const results: Reported[] = [];
    for await (const page of github.pages('secret-scanning/list-alerts-for-repo', there, MAX_PAGES)) {
      for (const alert of Array.isArray(page) ? page.filter(isObject) : []) {
        const locations: unknown[] = [];
        const number = numberAt(alert, 'number');
        if (number !== undefined) for await (const list of github.pages('secret-scanning/list-locations-for-alert', { ...there, alert_number: number }, MAX_PAGES)) if (Array.isArray(list)) locations.push(...(list as unknown[]));
        results.push(...readAlert(new Fields(alert, 'alert'), locations));
      }
    }
    return { tool: 'github', results, others: 0 };
  } finally {
    await github.close();
  }
}

interface Laid {
  readonly tool: string;
  readonly reported: Reported;
  readonly origin: Origin;
  readonly line: number;
}

class Ingestion {
  readonly #withSecret: Laid[] = [];
  /** Path, then the lines whose hits are wanted. */
  readonly #placesOnly = new Map<string, Laid[]>();
  readonly #answered = new Set<Laid>();

  async *items(reports: readonly Report[], cwd: string): AsyncGenerator<Fetched> {
    for (const { tool, results, others } of reports) {
      for (const reported of results) this.#sort(tool, reported, cwd);
      if (others > 0) yield { skip: { what: tool, reason: 'excluded-glob', count: others, detail: 'results that are not about secrets' } };
    }
    for (const laid of Map.groupBy(this.#withSecret, ({ origin }) => keyOf(origin)).values()) {
      const [first] = laid;
      if (first !== undefined) for (const bytes of laidOut(laid)) yield { origin: first.origin, bytes };
    }
    for (const [path, laid] of this.#placesOnly) {
      const origin: Origin = { kind: 'file', path };
      const bytes = await readOccurrence({ target: cwd, origin, startLine: 1 }).catch((error: unknown) => {
        if (!(error instanceof WardenError)) throw error;
        return undefined;
      });
      if (bytes !== undefined) yield { origin, bytes };
      else for (const one of laid) this.#answered.delete(one);
    }
  }

  #sort(tool: string, reported: Reported, cwd: string): void {
    const origin = originOf(reported.place, tool, cwd);
    const line = Math.min(reported.place.line ?? 1, MAX_LINE);
    const laid: Laid = { tool, reported, origin, line };
    if (reported.secret !== undefined) return void this.#withSecret.push(laid);
    const path = pathOf(origin);
    this.#placesOnly.set(path, [...(this.#placesOnly.get(path) ?? []), laid]);
  }

  /** What a file itself shows at a line that a report names was seen by our own scan. */
  shown({ origin, region }: Hit): readonly Origin[] {
    if (reporterOf(origin) !== undefined) return [origin];
    const path = pathOf(origin.kind === 'member' ? origin.archive : origin);
    const hit = (this.#placesOnly.get(path) ?? []).filter(({ line }) => origin.kind === 'member' || (line >= region.startLine && line <= region.endLine));
    for (const laid of hit) this.#answered.add(laid);
    return hit.length === 0 ? [] : [origin];
  }

  rest(found: readonly Told[], isPart: (ruleId: string) => boolean): { readonly more: readonly Told[]; readonly skips: readonly Skip[] } {
    const values = new Map<string, string[]>();
    const [parts, joined] = [new Set<string>(), new Set<string>()];
    for (const { raw, secrets } of found) {
      const text = (at: { readonly offset: number; readonly length: number }): string => Buffer.from(secrets.subarray(at.offset, at.offset + at.length)).toString('utf8');
      const value = text(raw.secret);
      for (const { secret } of raw.companions) joined.add(text(secret));
      if (isPart(raw.ruleId)) {
        parts.add(value);
        continue;
      }
      const key = `${keyOf(raw.origin)}\n${raw.region.startLine}`;
      const list = values.get(key);
      if (list === undefined) values.set(key, [value]);
      else list.push(value);
    }
    const isKnown = ({ origin, line, reported: { secret = '', parts } }: Laid): boolean => {
      const lines = values.get(`${keyOf(origin)}\n${line}`) ?? [];
      // An AWS key id is known by the secret key beside it; a URL by the password in it.
      return lines.some((value) => value.includes(secret) || secret.includes(value) || parts.some((part) => part.value === value));
    };
    // Such as an AWS key id whose secret key the tool did not see: nothing that could be judged, yet more than nothing.
    const isLonePart = ({ reported: { secret = '' } }: Laid): boolean => parts.has(secret) && !joined.has(secret);
    const unknown = this.#withSecret.filter((laid) => !isKnown(laid) && !joined.has(laid.reported.secret ?? ''));
    const alone = unknown.filter(isLonePart).map(({ tool, reported, origin, line }): Skip => ({ what: `${pathOf(origin)}:${line}`, reason: 'unreadable', detail: `${tool} reports ${reported.rule} there, a part that opens nothing alone; the secret that belongs to it is not in the report: scan the place itself` }));
    const nowhere = [...this.#placesOnly.values()].flat().filter((laid) => !this.#answered.has(laid));
    const skips = nowhere.map(({ tool, reported, origin, line }): Skip => ({ what: `${pathOf(origin)}:${line}`, reason: 'unreadable', detail: `${tool} reports ${reported.rule} there without the secret, and none is found at that place here` }));
    return { more: unknown.filter((laid) => !isLonePart(laid)).map(asTold), skips: [...skips, ...alone] };
  }
}

/** Below the working directory where the path says so; whatever it is, it never leads out of it. */
function originOf({ path, commit, blob, url }: ReportedPlace, tool: string, cwd: string): Origin {
  if (path === undefined) return { kind: 'url', url: url ?? `report:${tool}`, reportedBy: tool };
  // No file system has a NUL in a name, and Node throws at one.
  const forward = path.replaceAll('\\', '/').replaceAll('\0', '\ufffd');
  const below = forward.startsWith(`${cwd}/`) ? forward.slice(cwd.length + 1) : forward;
  const clean = below.split('/').filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
  if (commit === undefined) return { kind: 'file', path: clean, reportedBy: tool };
  return { kind: 'commit', blob: blob ?? '', path: clean, commit, reachable: true, reportedBy: tool };
}

function keyOf(origin: Origin): string {
  return `${origin.kind} ${pathOf(origin)} ${origin.kind === 'commit' ? (origin.commit ?? '') : ''}`;
}

/** A text in which each secret stands on its line; what does not fit there, or has lines of its own, is a text of its own. */
function laidOut(all: readonly Laid[]): readonly Uint8Array[] {
  const texts: Uint8Array[] = [];
  let rows: string[] = [];
  let at = 1;
  for (const laid of [...all].sort((a, b) => a.line - b.line)) {
    const row = rowOf(laid);
    if (row.includes('\n')) {
      texts.push(Buffer.from('\n'.repeat(laid.line - 1) + row));
      continue;
    }
    rows.push('\n'.repeat(laid.line - at), rows.length > 0 && laid.line === at ? '    ' : '', row);
    at = laid.line;
  }
  if (rows.length > 0) texts.push(Buffer.from(`${rows.join('')}\n`));
  rows = [];
  return texts;
}

/** As the report quotes it; else behind the tool's name of its kind, which may tell ours. */
function rowOf({ reported: { rule, secret = '', context, parts, place } }: Laid): string {
  const beside = parts.map(({ name, value }) => `    ${nameOf(name)}="${value}"`).join('');
  if (secret.includes('\n')) return secret;
  const quoted = context !== undefined && context !== secret && !context.includes('\n') ? context : undefined;
  const head = `${nameOf(rule)}="`;
  const start = Math.min(place.column ?? 1, MAX_COLUMN) - 1;
  return quoted === undefined ? `${' '.repeat(Math.max(0, start - head.length))}${head}${secret}"${beside}` : `${' '.repeat(start)}${quoted}${beside}`;
}

function nameOf(rule: string): string {
  return rule.replaceAll(/[^A-Za-z0-9]+/g, '_').slice(0, 60);
}

function asTold({ tool, reported, origin, line }: Laid): Told {
  const { secret = '', rule, place } = reported;
  const secrets = Buffer.from(secret);
  const column = place.column ?? 1;
  const lines = secret.split('\n');
  const last = lines.at(-1)?.length ?? 0;
  const raw: RawMatch = {
    ruleId: FALLBACK_RULE,
    origin,
    region: { startLine: line, startColumn: column, endLine: line + lines.length - 1, endColumn: lines.length === 1 ? column + last : last + 1 },
    role: 'text',
    secret: { offset: 0, length: secrets.length },
    companions: [],
    confidence: 'medium',
    entropyBits: bitsOf(secret),
    features: { reported: `${tool}: ${rule}` },
    hosts: [],
    contextHash: createHash('sha256').update(`${tool}\n${rule}\n${line}`).digest('hex'),
  };
  return { raw, secrets };
}

/** Shannon bits of a character times their number. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / text.length), 0);
}
