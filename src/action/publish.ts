import { appendFileSync } from 'node:fs';
import { degraded } from '../cli/code-scanning/publish-sarif.ts';
import type { GitHub } from '../github/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type AuditResult } from '../model/index.ts';
import { isComplete, marksOf, redacted, reporterFor, withheld } from '../report/index.ts';
import { keepComment, MAX_COMMENT_BYTES } from './comment.ts';
import type { Runner } from './runner.ts';
import { annotationLine, annotationLines, withoutCommands } from './workflow-commands.ts';

/** GitHub takes 1 MiB of a step; notes stand before the report. */
const MAX_NOTES_BYTES = 16_000;
const MAX_SUMMARY_BYTES = 1_048_576 - MAX_NOTES_BYTES - 64;

/** The result as its readers may see it: anybody, where the repository is public. */
export function shownTo(isPublic: boolean, result: AuditResult): AuditResult {
  return isPublic ? withheld(redacted(result)) : redacted(result);
}

/** The text report for the log, without a line that the runner could take for a command. */
export function logText(result: AuditResult): string {
  return withoutCommands(reporterFor('text').render(result, { color: false, width: 120 }));
}

/** Marks beside lines, as commands to the runner. */
export function annotationsText(result: AuditResult, notes: readonly string[]): string {
  const { text, leftOut } = annotationLines([...marksOf(result)].sort((a, b) => (a.level === b.level ? 0 : a.level === 'error' ? -1 : 1)));
  const more = leftOut === 0 ? '' : annotationLine({ level: 'notice', title: 'tokenwarden', message: `${leftOut} more findings are in the summary: GitHub shows ten marks of each kind` });
  return text + more + notes.slice(0, 5).map((message) => annotationLine({ level: 'notice', title: 'tokenwarden', message })).join('');
}

/** The page of the step: notes, then the report. */
export function summaryText(result: AuditResult, notes: readonly string[], maxBytes = MAX_SUMMARY_BYTES): string {
  const page = reporterFor('markdown').render(result, { color: false, width: 100, maxBytes });
  let told = '';
  for (const note of notes.slice(0, 20)) {
    const next = `> - ${escaped(note)}\n`;
    if (Buffer.byteLength(told + next) < MAX_NOTES_BYTES) told += next;
  }
  return told === '' ? page : `${page}\n${told}`;
}

/** Notes are ours, but for names in them. */
function escaped(text: string): string {
  return printable(text).slice(0, 500).replace(/[&<>]/g, (character) => `&#${character.codePointAt(0)};`).replace(/[\\`*_[\]|~]/g, '\\$&').replace(/@/g, '@<!-- -->');
}

export function writeSummary(file: string | undefined, text: string): void {
  if (file !== undefined) appendFileSync(file, text);
}

export interface CommentDeps {
  readonly github: GitHub;
  readonly runner: Runner;
  readonly category: string;
}

/** The comment of a pull request; what keeps us from it, in words. */
export async function comment(result: AuditResult, notes: readonly string[], { github, runner, category }: CommentDeps): Promise<string | undefined> {
  const more = runner.runUrl === undefined ? '' : `\n[All of it, with the log](${runner.runUrl})\n`;
  try {
    await keepComment(github, runner, { category, text: summaryText(result, notes, MAX_COMMENT_BYTES - more.length - MAX_NOTES_BYTES) + more, isNews: result.findings.length > 0 || !isComplete(result) });
    return undefined;
  } catch (error) {
    return degraded('no comment', error);
  }
}

/** A run that ended before its verdict leaves no older one standing; whatever keeps us from it is no news beside the error itself. */
export async function recallComment(error: unknown, { github, runner, category }: CommentDeps): Promise<void> {
  const code = error instanceof WardenError ? ` (${error.code})` : '';
  const more = runner.runUrl === undefined ? '' : ` The reason stands in [its log](${runner.runUrl}).`;
  const text = `## tokenwarden: could not run\n\nNothing is known of the newest commits${code}: what stood here was about earlier ones.${more}\n`;
  const own = runner.trigger.extent.kind === 'log' ? `${category}-log` : category;
  await keepComment(github, runner, { category: own, text, isNews: false }).catch(() => undefined);
}
