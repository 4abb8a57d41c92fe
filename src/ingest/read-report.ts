import { WardenError } from '../model/index.ts';
import { documentsOf } from './documents.ts';
import { damaged, Fields, isObject, objectsOf } from './fields.ts';
import { readAlert } from './github-alert.ts';
import { readBetterleaks, readGitleaks } from './gitleaks.ts';
import { isKingfisherSummary, readKingfisher } from './kingfisher.ts';
import type { Report, Reported } from './reported.ts';
import { readSarif } from './sarif.ts';
import { isTruffleHogMessage, readTruffleHog } from './trufflehog.ts';

/**
 * What other tools found: SARIF, gitleaks and betterleaks JSON, TruffleHog JSON lines, Kingfisher JSON and JSON lines, a detect-secrets baseline,
 * secret-scanning alerts of GitHub as its API gives them. `name` is for people. Throws `INGEST_FORMAT` and `INGEST_DAMAGED`, which hold
 * nothing of the content.
 */
export function readReport(text: string, name: string): readonly Report[] {
  try {
    return joined([...documentsOf(text)].flatMap(({ value, line }) => readDocument(value, `line ${line}`)), name);
  } catch (error) {
    if (!(error instanceof WardenError) || error.code !== 'INGEST_DAMAGED') throw error;
    throw new WardenError(error.code, `${name}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
  }
}

/** A tool's results may come in many documents. */
function joined(reports: readonly Report[], name: string): readonly Report[] {
  if (reports.length === 0) throw new WardenError('INGEST_FORMAT', `${name} is empty`, { hint: 'a tool that finds nothing writes an empty list; a file without anything is no report' });
  const tools = Map.groupBy(reports, ({ tool }) => tool);
  return [...tools].map(([tool, all]) => ({ tool, results: all.flatMap(({ results }) => results), others: all.reduce((sum, { others }) => sum + others, 0) }));
}

function readDocument(value: unknown, where: string): readonly Report[] {
  if (Array.isArray(value)) return [readList(value, where)];
  if (isTruffleHogMessage(value)) return [report('trufflehog', [])];
  if (isKingfisherSummary(value) && !(isObject(value) && Array.isArray(value['findings']))) return [report('kingfisher', [])];
  const document = new Fields(value, where);
  if (document.has('runs') && (document.has('version') || document.has('$schema'))) return readSarif(document);
  if (document.has('DetectorName') && document.has('SourceMetadata')) return [report('trufflehog', [readTruffleHog(document)])];
  if (document.has('rule') && document.has('finding')) return [report('kingfisher', [readKingfisher(document)])];
  if (document.has('schema_version') && document.has('findings')) return [report('betterleaks', document.objects('findings').map(readBetterleaks))];
  if (document.has('plugins_used') && document.has('results')) return [report('detect-secrets', readBaseline(document.object('results')))];
  if (document.has('findings')) {
    const findings = document.objects('findings');
    if (findings.every((one) => one.has('rule') && one.has('finding'))) return [report('kingfisher', findings.map(readKingfisher))];
  }
  throw unknown(where);
}

function readList(list: readonly unknown[], where: string): Report {
  const items = objectsOf(list, where);
  const [first] = items;
  if (first === undefined || first.has('RuleID')) return report('gitleaks', items.map(readGitleaks));
  if (first.has('rule_id') && first.has('match')) return report('betterleaks', items.map(readBetterleaks));
  if (first.has('DetectorName')) return report('trufflehog', items.map(readTruffleHog));
  if (first.has('rule') && first.has('finding')) return report('kingfisher', items.map(readKingfisher));
  if (first.has('secret_type') && first.has('number')) return report('github', items.flatMap((alert) => readAlert(alert, [])));
  throw unknown(where);
}

/** It holds hashes of secrets only. */
function readBaseline(files: Fields): readonly Reported[] {
  return files.entries().flatMap(([path, list]) =>
    objectsOf(list, `${files.where}.${path.slice(0, 40)}`).map((one): Reported => {
      const line = one.position('line_number') ?? fail(damaged(one.where, 'has no line'));
      return { rule: one.optionalText('type') ?? 'unnamed', parts: [], place: { path, line } };
    }),
  );
}

function report(tool: string, results: readonly Reported[]): Report {
  return { tool, results, others: 0 };
}

function unknown(where: string): WardenError {
  return new WardenError('INGEST_FORMAT', `${where}: this is JSON, but of no report that is known`, {
    hint: 'known are SARIF 2.1.0, gitleaks and betterleaks JSON, TruffleHog JSON lines, Kingfisher JSON and JSON lines, detect-secrets baselines, and github:OWNER/REPO for its secret-scanning alerts',
  });
}

function fail(error: WardenError): never {
  throw error;
}
