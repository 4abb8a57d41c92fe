import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { secretsIn, targetRoot, type FoundSecret } from '../assemble/index.ts';
import { applied, editsOf, maskedChange, MAX_TEXT, propose, readForEdit, replaceFile, variableFor, type Place, type Proposal, type Wanted } from '../fix/index.ts';
import { printable } from '../lib/printable.ts';
import { pathOf, reporterOf, WardenError, type Location, type Region } from '../model/index.ts';
import type { ReportDocument, ReportedFinding } from '../report/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import type { Settings } from '../settings/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import { gitVariables } from './pipeline.ts';
import { reportedFinding, wholeReport } from './reported-finding.ts';
import { readRules } from './rules.ts';

/** What is to be done by a person, and where. */
interface Left {
  readonly where: string;
  readonly finding: ReportedFinding;
  readonly why: string;
  readonly steps: readonly string[];
}

interface Outcome {
  readonly shown: readonly string[];
  readonly left: readonly Left[];
  readonly notes: readonly string[];
  /** Places that have an edit. */
  readonly places: number;
}

interface World {
  readonly root: string;
  readonly catalogue: Catalogue;
  readonly settings: Settings;
  /** Names of variables by fingerprint. */
  readonly names: Map<string, string>;
}

/** `fix [FINDING…]`: 0 all places have an edit, 1 some are left, 2 refused (thrown). */
export async function runFix({ args, flags, io }: Call): Promise<number> {
  const settings = await settingsOf('fix', { flags, io });
  const write = settings.values.write;
  if (args.length > 1 && settings.values.from === '-') throw new WardenError('USAGE_STDIN_TWICE', 'standard input can be read only once', { hint: 'give one finding, or a report that is a file' });
  const { report, findings } = await named(args, settings, io);
  const run = interruptible(io, undefined, (text) => void io.stderr.write(text));
  try {
    const world: World = { root: await rootOf(report, io, run.signal), catalogue: await readRules(settings), settings, names: new Map() };
    const left: Left[] = findings.flatMap((finding) => notInFiles(finding));
    const byPath = Map.groupBy(findings.flatMap((finding) => [...new Set(finding.locations.filter(isInFile).map(({ origin }) => pathOf(origin)))].map((path) => ({ finding, path }))), ({ path }) => path);
    const shown: string[] = [];
    const notes = new Set<string>();
    let places = 0;
    for (const [path, entries] of [...byPath].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const outcome = await fixFile(path, entries.map(({ finding }) => finding), world, write);
      shown.push(...outcome.shown);
      left.push(...outcome.left);
      places += outcome.places;
      outcome.notes.forEach((note) => notes.add(note));
    }
    await io.stdout.write(textOf({ shown, left, notes: [...notes], places }, findings, write));
    return left.length === 0 ? 0 : 1;
  } finally {
    run.end();
  }
}

async function named(ids: readonly string[], settings: Settings, io: Call['io']): Promise<{ readonly report: ReportDocument; readonly findings: readonly ReportedFinding[] }> {
  if (ids.length === 0) {
    const report = await wholeReport(settings, io);
    return { report, findings: report.findings.filter(({ waiver }) => waiver === undefined) };
  }
  const all = await Promise.all(ids.map((id) => reportedFinding(id, settings, io)));
  return { report: (all[0] as (typeof all)[number]).report, findings: [...new Map(all.map(({ finding }) => [finding.id, finding])).values()] };
}

/** Paths of a report are relative to its one target. */
async function rootOf({ run }: ReportDocument, io: Call['io'], signal: AbortSignal): Promise<string> {
  const [target, ...more] = run.targets;
  if (target === undefined || more.length > 0 || target === '-' || /^(?:log|issuer|ingest|github):/.test(target)) throw new WardenError('FIX_TARGET', 'the last run had not one folder or file as its target, so that the places of its findings are not certain', { hint: 'scan the one folder first' });
  return targetRoot(resolve(io.cwd, target), gitVariables(io.env), signal);
}

function isInFile({ origin }: Location): boolean {
  return origin.kind === 'file' && reporterOf(origin) === undefined;
}

function notInFiles(finding: ReportedFinding): readonly Left[] {
  const other = finding.locations.filter((location) => !isInFile(location));
  const [first] = other;
  if (first === undefined) return [];
  const where = `${printable(pathOf(first.origin))}${other.length === 1 ? '' : ` and ${other.length - 1} more places`}`;
  return [{ where, finding, why: 'it stands in no file of the work tree (history, index, archive, log)', steps: ['revoke it: no edit reaches it there'] }];
}

async function fixFile(path: string, findings: readonly ReportedFinding[], { root, catalogue, settings, names }: World, write: boolean): Promise<Outcome> {
  const leftAll = (why: string, steps: readonly string[] = ['scan again, and then fix']): Outcome => ({ shown: [], notes: [], places: 0, left: findings.map((finding) => ({ where: printable(path), finding, why, steps })) });
  try {
    const bytes = readForEdit(root, path);
    const found = await secretsIn(bytes, path, { catalogue, fingerprintKey: settings.fingerprintKey });
    const text = decoded(bytes);
    if (text === undefined) return leftAll('it is not UTF-8 text', ['take it out by hand']);
    const others = await siblings(root, path);
    if (others === undefined) return leftAll('a Terraform file beside it cannot be read, which may declare the same variable', ['make the files of its folder readable, or declare a sensitive variable by hand']);
    const wanted: { readonly finding: ReportedFinding; readonly want: Wanted }[] = [];
    const left: Left[] = [];
    for (const finding of findings) {
      const { fingerprint } = finding.credential;
      const here = found.filter((one) => one.fingerprint === fingerprint);
      if (!samePlaces(here, finding, path)) {
        left.push({ where: printable(path), finding, why: 'the file has changed since the scan', steps: ['scan again, and then fix'] });
        continue;
      }
      const spans = distinct(here.flatMap(({ span }) => (span === undefined ? [] : [{ start: bytes.toString('utf8', 0, span.start).length, end: bytes.toString('utf8', 0, span.end).length }])));
      const encoded = here.filter(({ span }) => span === undefined);
      if (encoded.length > 0) left.push({ where: `${printable(path)}:${encoded[0]?.region.startLine ?? 1}`, finding, why: 'no sound edit: it stands there encoded or in pieces', steps: ['take it out by hand, with what decodes or joins it'] });
      const [first] = spans;
      if (first === undefined) continue;
      const variable = names.get(fingerprint) ?? variableFor(text.slice(text.lastIndexOf('\n', first.start - 1) + 1, first.start), finding.credential.rule, new Set(names.values()));
      names.set(fingerprint, variable);
      wanted.push({ finding, want: { places: spans, variable } });
    }
    const proposals = propose({ path, text, others }, wanted.map(({ want }) => want));
    for (const { finding, want } of wanted) {
      for (const place of want.places) {
        const proposal = proposals.get(place);
        if (proposal?.kind === 'none') left.push({ where: `${printable(path)}:${lineOf(text, place)}`, finding, why: `no sound edit: ${proposal.why}`, steps: proposal.steps });
      }
    }
    const made = [...proposals.values()].filter((proposal): proposal is Extract<Proposal, { readonly kind: 'edit' }> => proposal.kind === 'edit');
    const edits = editsOf(made);
    if (edits.length === 0) return { shown: [], left, notes: [], places: 0 };
    const next = applied(text, edits);
    if (write) replaceFile(root, path, bytes, next);
    const hidden = found.flatMap(({ span }) => (span === undefined ? [] : [{ start: bytes.toString('utf8', 0, span.start).length, end: bytes.toString('utf8', 0, span.end).length }]));
    const masked = new Set(found.filter(({ span }) => span === undefined).flatMap(({ region }) => Array.from({ length: Math.min(1000, region.endLine - region.startLine + 1) }, (_, index) => region.startLine + index)));
    return { shown: shownChange(path, maskedChange(text, edits, hidden), masked), left, notes: made.flatMap((proposal) => proposal.notes), places: made.length };
  } catch (error) {
    if (error instanceof WardenError && error.code === 'FIX_REFUSED') return leftAll(`refused: ${error.message}`, ['edit it by hand']);
    throw error;
  }
}

/** Undefined where the bytes are not exactly a text of UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

function samePlaces(here: readonly FoundSecret[], finding: ReportedFinding, path: string): boolean {
  const key = ({ startLine, startColumn, endLine, endColumn }: Region): string => [startLine, startColumn, endLine, endColumn].join(':');
  const now = new Set(here.map(({ region }) => key(region)));
  const then = new Set(finding.locations.filter((location) => isInFile(location) && pathOf(location.origin) === path).map(({ region }) => key(region)));
  return now.size === then.size && [...now].every((one) => then.has(one));
}

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [`${place.start}:${place.end}`, place])).values()].sort((a, b) => a.start - b.start);
}

function lineOf(text: string, { start }: Place): number {
  return text.slice(0, start).split('\n').length;
}

/** Other files of Terraform in the same folder, whose variables have the same names; undefined where one of them cannot be read whole. */
async function siblings(root: string, path: string): Promise<readonly string[] | undefined> {
  if (!path.endsWith('.tf')) return [];
  const folder = join(root, dirname(path));
  const texts: string[] = [];
  try {
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      if (!name.endsWith('.tf') || file === join(root, path)) continue;
      const info = await stat(file);
      if (!info.isFile()) continue;
      if (info.size > MAX_TEXT || texts.length >= MOST_SIBLINGS) return undefined;
      texts.push(await readFile(file, 'utf8'));
    }
  } catch {
    return undefined;
  }
  return texts;
}

const MOST_SIBLINGS = 500;

function shownChange(path: string, hunks: ReturnType<typeof maskedChange>, masked: ReadonlySet<number>): readonly string[] {
  const line = (sign: string, text: string, number: number): string => `  ${sign} ${masked.has(number) ? '(a line that also holds a secret in another form)' : printable(text.replace(/\r$/, '').replaceAll('\t', '  '))}`;
  return hunks.map(({ line: first, removed, added }) => [`${printable(path)}:${first}`, ...removed.map((text, index) => line('-', text, first + index)), ...added.map((text, index) => line('+', text, first + Math.min(index, Math.max(0, removed.length - 1))))].join('\n'));
}

function textOf({ shown, left, notes, places }: Outcome, findings: readonly ReportedFinding[], write: boolean): string {
  const parts = [
    ...shown,
    ...left.map(({ where, finding, why, steps }) => [`${where}: ${finding.credential.rule}, finding ${finding.id.slice(0, 12)}`, `  ${why}`, ...steps.map((step) => `  - ${step}`)].join('\n')),
    ...(notes.length === 0 ? [] : [`To know:\n${notes.map((note) => `  - ${note}`).join('\n')}`]),
  ];
  const what = findings.length === 0 ? 'The last run has no finding to edit.' : `${places} ${places === 1 ? 'place' : 'places'} ${write ? 'edited' : 'could be edited; nothing was written, --write does it'}, ${left.length} left for a person.`;
  const next = findings.length === 0 ? '' : 'No edit ends a token: what stood there is in the history and lives until it is revoked.\nNext: replace it (tokenwarden rotate NAME, or the issuer), give the new one to the variable where the code runs, and revoke the old one: tokenwarden audit --plan plan.json, tokenwarden apply plan.json --yes\n';
  return `${parts.map((part) => `${part}\n\n`).join('')}${what}\n${next}`;
}
