import type { Log, Run, VersionControlDetails } from 'sarif';
import type { AuditResult, Finding, RepositoryFacts, Reporter } from '../model/index.ts';
import { printableJson } from '../lib/printable.ts';
import { redacted } from './redact/result.ts';
import { invocationOf, notificationKinds } from './sarif/invocation.ts';
import { resultOf } from './sarif/result.ts';
import { descriptorsOf } from './sarif/rules.ts';
import { ROOT } from './sarif/uri.ts';
import { GITHUB_LIMITS, writeWithin } from './sarif/within.ts';
import { isShown } from './view/selection.ts';

/** For code scanning: SARIF 2.1.0 within GitHub's limits. Same findings as people are shown, waived ones marked. */
export const reporter: Reporter = {
  format: 'sarif',
  description: 'SARIF 2.1.0 for GitHub code scanning and other viewers',
  render: (result, { category }) => render(redacted(result), category),
};

function render(result: AuditResult, category = 'tokenwarden'): string {
  const shown = result.findings.filter((finding) => finding.waiver !== undefined || isShown(finding, result.minConfidence));
  const unsure = result.findings.length - shown.length;
  return writeWithin(shown, GITHUB_LIMITS, (kept, maxPlaces, overLimit) => write(result, kept, maxPlaces, { overLimit, unsure, category }));
}

function write(result: AuditResult, findings: readonly Finding[], maxPlaces: number, left: { readonly overLimit: number; readonly unsure: number; readonly category: string }): string {
  const rules = descriptorsOf(findings);
  const options = {
    ...(result.tree === undefined ? {} : { tree: result.tree }),
    maxPlaces,
    ruleIndex: new Map(rules.map(({ id }, index) => [id, index])),
    anyWaived: findings.some(({ waiver }) => waiver !== undefined),
  };
  const { repository } = result.run;
  const provenance = repository === undefined ? undefined : provenanceOf(repository);
  const run: Run = {
    tool: {
      driver: {
        name: 'tokenwarden',
        organization: 'tokenwarden',
        semanticVersion: result.tool.version,
        version: result.tool.version,
        rules: [...rules],
        notifications: [...notificationKinds()],
      },
    },
    automationDetails: { id: `${left.category}/` },
    originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the scanned tree.' } } },
    columnKind: 'utf16CodeUnits',
    invocations: [invocationOf(result, { ...left, kept: findings.length })],
    ...(provenance === undefined ? {} : { versionControlProvenance: [provenance] }),
    results: findings.map((finding) => resultOf(finding, options)),
    properties: { catalogueDigest: result.tool.catalogueDigest, policyDigest: result.run.policyDigest, command: result.run.command, run: result.run.id },
  };
  const log: Log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${printableJson(JSON.stringify(log, null, 2))}\n`;
}

/** Needs a URL (§3.13.1); user information never goes in, whoever forgot to take it out. */
function provenanceOf({ url, revision, branch }: RepositoryFacts): VersionControlDetails | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  clean.search = '';
  clean.hash = '';
  return { repositoryUri: clean.href, mappedTo: { uriBaseId: ROOT }, ...(revision === undefined ? {} : { revisionId: revision }), ...(branch === undefined ? {} : { branch }) };
}
