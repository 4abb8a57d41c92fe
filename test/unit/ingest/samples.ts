import { sampleOf } from '../../../src/rules/index.ts';
import { RULES } from '../detect/engine.ts';

/** A token of a kind of our catalogue, made now. */
export function tokenOf(id: string): string {
  const rule = RULES.find((one) => one.id === id);
  const [example] = rule?.examples ?? [];
  if (rule === undefined || example === undefined) throw new Error(`no rule ${id}`);
  return sampleOf(rule.id, example).token;
}

/** Where a secret is said to be. */
export interface At {
  readonly secret: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly commit?: string;
}

/** What gitleaks 8.30 writes. */
export const gitleaks = ({ secret, path, line, column, commit = '' }: At): object => ({ RuleID: 'github-pat', Description: 'a token', StartLine: line, EndLine: line, StartColumn: column, EndColumn: column + secret.length - 1, Match: secret, Secret: secret, File: path, SymlinkFile: '', Commit: commit, Entropy: 4.75, Author: 'a', Email: 'a@example.com', Date: '2026-11-22T13:35:57Z', Message: 'one', Tags: [], Fingerprint: `${commit}:${path}:github-pat:${line}` });

/** What betterleaks 2.0 writes. */
export const betterleaks = (...all: readonly At[]): object => ({ schema_version: '1', findings: all.map(({ secret, path, line, column, commit }) => ({ rule_id: 'github-pat', rule_hash: 'ab', description: 'a token', confidence: 'high', match: { full: secret, value: secret, fingerprint: 'cd' }, attributes: { ...(commit === undefined ? {} : { 'git.sha': commit }), resource: 'git.patch_content' }, location: { path, start_line: line, end_line: line, start_column: column, end_column: column + secret.length - 1 } })) });

/** What Kingfisher 2.14 writes for a finding; columns from 0. */
export const kingfisher = ({ secret, path, line, column, commit }: At): object => ({
  rule: { title: 'T', name: 'github-pat', id: 'kingfisher.github.1', description: 'a token' },
  finding: { snippet: secret, fingerprint: '16', confidence: 'high', entropy: '4.75', validation: { outcome: 'not_attempted', status: 'Not Attempted', response: '' }, language: 'Unknown', line, column_start: column - 1, column_end: column + 38, path, ...(commit === undefined ? {} : { git_metadata: { repository_url: 'fx', commit: { id: commit }, file: { path } } }) },
});

/** Kingfisher's JSON: one report, and behind it its summary. */
export const kingfisherJson = (...all: readonly At[]): string => `${JSON.stringify({ findings: all.map(kingfisher), audit: { schema: 'kingfisher.repository-audit.v1' } })}\n${JSON.stringify({ findings: all.length, kingfisher: { version_used: '2.14.0' } })}\n`;

/** What TruffleHog 3 writes, a line each. */
export const trufflehog = ({ secret, path, line, commit }: At, more: object = {}): object => ({ SourceMetadata: { Data: commit === undefined ? { Filesystem: { file: path, line } } : { Git: { commit, file: path, email: 'a <a@example.com>', repository: 'file://.', timestamp: '2026-11-22 13:35:57 +0000', line } } }, SourceID: 1, SourceType: 16, SourceName: 'trufflehog - git', DetectorType: 8, DetectorName: 'Github', DecoderName: 'PLAIN', Verified: false, Raw: secret, RawV2: '', Redacted: '', ExtraData: null, ...more });

export const sarif = (name: string, results: readonly object[], rules: readonly object[] = []): object => ({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [{ tool: { driver: { name, rules } }, results }] });

export const sarifResult = ({ secret, path, line, column, commit }: At, ruleId = 'github-pat'): object => ({ message: { text: `${ruleId} has detected secret for file ${path}.` }, ruleId, locations: [{ physicalLocation: { artifactLocation: { uri: path }, region: { startLine: line, startColumn: column, endLine: line, endColumn: column + secret.length - 1, snippet: { text: secret } } } }], ...(commit === undefined ? {} : { partialFingerprints: { commitSha: commit } }) });
