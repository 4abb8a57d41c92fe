import { inChunks } from '../lib/in-chunks.ts';
import type { AuditResult, RenderOptions, Reporter } from '../model/index.ts';
import { WardenError } from '../model/index.ts';
import { reporterFor } from '../report/index.ts';
import type { OptionValues } from '../settings/index.ts';
import { usesColor, type Io } from './io.ts';
import { prepareOutput, type PreparedOutput } from './outputs.ts';

export interface PreparedReports {
  /** Whether a report was asked for on standard output. */
  readonly ownsStdout: boolean;
  /** Writes all of them; what could not be written is thrown at the end, after the others. */
  readonly write: (result: AuditResult) => Promise<void>;
}

/**
 * Checks formats and files of `--report` before anything is scanned. Without a report on standard output the text
 * report goes there. Throws `REPORT_FORMAT_UNKNOWN`, `OUTPUT_UNWRITABLE`, `USAGE_SAME_OUTPUT`.
 */
export async function prepareReports(values: OptionValues, io: Io): Promise<PreparedReports> {
  const wanted = values.report.map(({ format, file }) => ({ reporter: reporterFor(format), file }));
  const files = [...wanted.map(({ file }) => file), ...(values.plan === undefined ? [] : [values.plan])];
  if (new Set(files).size < files.length) {
    throw new WardenError('USAGE_SAME_OUTPUT', 'two reports would be written to the same place', { hint: 'give each --report (and --plan) its own file; only one can go to standard output' });
  }
  const outputs: { readonly reporter: Reporter; readonly output: PreparedOutput | undefined }[] = [];
  for (const { reporter, file } of wanted) outputs.push({ reporter, output: file === '-' ? undefined : await prepareOutput(file, `report ${reporter.format}`) });
  const ownsStdout = outputs.some(({ output }) => output === undefined);
  // With --egress the list of hosts stands there instead.
  if (!ownsStdout && !values.egress) outputs.push({ reporter: reporterFor('text'), output: undefined });

  return {
    ownsStdout,
    async write(result) {
      const failures: unknown[] = [];
      for (const { reporter, output } of outputs) {
        try {
          if (output !== undefined) await output.write(textOf(reporter, result, { color: false, width: 100 }));
          else for (const text of textOf(reporter, result, { color: usesColor(io.env, io.stdout), width: io.stdout.columns ?? 100 })) await io.stdout.write(text);
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** A report in pieces of some length, or as one. */
function textOf(reporter: Reporter, result: AuditResult, options: RenderOptions): Iterable<string> {
  return reporter.pieces === undefined ? [reporter.render(result, options)] : inChunks(reporter.pieces(result, options));
}
