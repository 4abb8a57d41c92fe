import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RepositoryRecord } from '../../inventory/index.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { WardenError, type OrganizationReport } from '../../model/index.ts';
import type { Piece } from '../../organization/index.ts';
import { organizationHtml, organizationJson, organizationText } from '../../report/organization/index.ts';
import type { OptionValues } from '../../settings/index.ts';
import { usesColor, type Io } from '../io.ts';
import { prepareOutput, type PreparedOutput } from '../outputs.ts';

export interface OrganizationReports {
  readonly write: (report: OrganizationReport, records: AsyncIterable<RepositoryRecord>) => Promise<void>;
}

const FORMATS: Readonly<Record<string, (report: OrganizationReport, color: boolean) => string>> = { text: organizationText, json: organizationJson, html: organizationHtml };

/** Checks formats, files and folder before anything is scanned. Throws `REPORT_NOT_FOR_ORGANIZATION`, `OUTPUT_UNWRITABLE`. */
export async function prepareOrganizationReports(values: OptionValues, io: Io): Promise<OrganizationReports> {
  const outputs: { readonly format: string; readonly output: PreparedOutput | undefined }[] = [];
  for (const { format, file } of values.report) {
    if (FORMATS[format] === undefined) throw new WardenError('REPORT_NOT_FOR_ORGANIZATION', `an organisation has no report of the format ${format}`, { hint: 'text, json and html are of the whole organisation; --report-dir DIR writes SARIF, JSON and HTML of each repository' });
    outputs.push({ format, output: file === '-' ? undefined : await prepareOutput(file, `report ${format}`) });
  }
  if (!outputs.some(({ output }) => output === undefined)) outputs.push({ format: 'text', output: undefined });
  const { reportDir } = values;
  if (reportDir !== undefined) prepareFolder(reportDir);
  return {
    async write(report, records) {
      for (const { format, output } of outputs) {
        const text = FORMATS[format]?.(report, output === undefined && usesColor(io.env, io.stdout)) ?? '';
        await (output?.write(text) ?? io.stdout.write(text));
      }
      if (reportDir === undefined) return;
      for (const format of ['json', 'html']) await (await prepareOutput(join(reportDir, `organization.${format}`), 'report')).write(FORMATS[format]?.(report, false) ?? '');
      for await (const { name, piece } of records) if (piece !== undefined) await writePiece(reportDir, name, JSON.parse(piece) as Piece);
    },
  };
}

/** Names of repositories are checked where they are listed; of gists, only letters and digits follow. */
async function writePiece(folder: string, name: string, { report, rendered }: Piece): Promise<void> {
  if (report.findings.length === 0) return;
  const file = name.replaceAll(/[^A-Za-z0-9._-]/g, '__');
  await (await prepareOutput(join(folder, `${file}.json`), 'report')).write(`${JSON.stringify(report, undefined, 2)}\n`);
  for (const [format, text] of Object.entries(rendered ?? {})) await (await prepareOutput(join(folder, `${file}.${format}`), 'report')).write(gunzipSync(Buffer.from(text, 'base64')).toString('utf8'));
}

function prepareFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw new WardenError('OUTPUT_UNWRITABLE', `the folder of --report-dir cannot be made (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}
