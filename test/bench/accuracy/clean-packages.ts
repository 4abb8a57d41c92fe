import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** One report in a package that holds no secret of anyone's. */
export interface FalseAlarm {
  readonly package: string;
  readonly rule: string;
  readonly confidence: string;
  readonly path: string;
  readonly line: number;
}

interface Report {
  readonly findings: readonly { readonly ruleId: string; readonly confidence: string; readonly locations: readonly { readonly origin: { readonly path?: string }; readonly region: { readonly startLine: number } }[] }[];
}

/** What the built command reports, at default settings, in each package. */
export function falseAlarms(packages: readonly { readonly name: string; readonly folder: string }[], cache: string): readonly FalseAlarm[] {
  return packages.flatMap(({ name, folder }) => alarmsOf(name, folder, resolve(cache, 'scan.json')));
}

function alarmsOf(name: string, folder: string, file: string): readonly FalseAlarm[] {
  rmSync(file, { force: true });
  try {
    execFileSync(process.execPath, [join(root, 'dist/tokenwarden.js'), 'scan', folder, '--quiet', '--report', `json=${file}`], { cwd: folder, stdio: 'ignore', timeout: 300_000 });
  } catch {
    // findings give another exit code; a scan that failed wrote no report, which the next line tells
  }
  const { findings } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return findings.flatMap(({ ruleId, confidence, locations: [first] }) =>
    first === undefined || confidence === 'low' ? [] : [{ package: name, rule: ruleId, confidence, path: relative(folder, resolve(folder, first.origin.path ?? '')), line: first.region.startLine }],
  );
}
