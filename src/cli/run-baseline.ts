import { audit } from '../audit.ts';
import { policyOf, refuseSecrets, setUpSurroundings } from '../assemble/index.ts';
import type { Finding } from '../model/index.ts';
import { applyBook, bookOf, verdictOf, WAIVERS_NAME, writeVerdict, type WaiverEntry } from '../waivers/index.ts';
import { namesOf } from '../rules/stored-catalogue.ts';
import { readRules } from './rules.ts';
import { closeAll, type Close } from './closing.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import { openMemory } from './memory.ts';
import { scanCache } from './scan-cache.ts';
import { auditRequest, runDeps, surroundSetup } from './pipeline.ts';
import { progressView } from './progress.ts';
import { loadRunSettings } from './run-settings.ts';
import { openWaiverFile, signed, type Signed } from './waiver-file.ts';

/** `baseline`: a scan whose findings become entries of the waiver file. */
export async function runBaseline({ args, flags, io }: Call): Promise<number> {
  const { settings, trusted } = await loadRunSettings('baseline', { flags, io });
  const sign = signed('baseline', settings, io);
  await refuseSecrets([sign.owner, sign.reason, sign.requestedBy, sign.approvedBy]);
  const file = await openWaiverFile(settings, io);
  const request = await auditRequest('scan', args, settings, policyOf(settings.policy), io);

  const view = progressView(io, settings.values.quiet);
  for (const warning of [...trusted.warnings, ...settings.warnings]) view.say(`warning: ${warning}\n`);
  const run = interruptible(io, settings.values.timeout, view.say);
  const closing: Close[] = [run.end, view.end];
  try {
    const catalogue = await readRules(settings);
    const { ids, issuers: issuerIds } = namesOf(catalogue);
    settings.checkRuleNames(ids, issuerIds);
    const memory = openMemory(settings, io, view.say);
    closing.push(memory.close);
    const { result, exitCode } = await audit(request, { ...runDeps(settings, io), catalogue, signal: run.signal, onProgress: view.show, lastKnown: memory.lastKnown, surround: setUpSurroundings(surroundSetup(settings, request, { trusted, memory })), ...scanCache(settings, catalogue, io, view.say) });
    view.end();

    const book = bookOf(file.entries);
    const open = result.findings.filter((finding) => !isGiven(applyBook(finding, book, io.now())));
    const live = open.filter(({ lastKnown }) => lastKnown?.status === 'active');
    const { added, replaced, unchanged } = await file.add(open.filter((finding) => !live.includes(finding)).map((finding) => entryOf(finding, sign)));
    const given = result.findings.length - open.length;
    const counts = [`${added} added`, `${replaced} replaced`, `${unchanged} as before`, ...(given === 0 ? [] : [`${given} waived by people already`])];
    const lines = [
      `${WAIVERS_NAME}: ${result.findings.length} ${result.findings.length === 1 ? 'finding' : 'findings'}, ${counts.join(', ')}`,
      ...(live.length === 0 ? [] : [`${live.length} left out, because their issuers called them active: revoke them, or waive each by itself`, ...live.map(({ id, credential }) => `  ${id.slice(0, 12)}  ${credential.rule.id}`)]),
      ...(result.coverage.complete ? [] : ['INCOMPLETE: something could not be scanned, and what lies there is not in the baseline; "tokenwarden scan" names it']),
    ];
    await io.stdout.write(`${lines.join('\n')}\n`);
    return exitCode === 3 ? 3 : 0;
  } finally {
    await closeAll(closing);
  }
}

/** Waived by somebody who looked at it. */
function isGiven({ waiver }: Finding): boolean {
  return waiver !== undefined && waiver.kind !== 'baseline';
}

function entryOf(finding: Finding, sign: Signed): WaiverEntry {
  const { fingerprint, rule } = finding.credential;
  return { fingerprint, rule: rule.id, ...sign, verdict: writeVerdict(verdictOf(finding)) };
}
