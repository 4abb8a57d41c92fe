import { pathOf, SEVERITIES } from '../../model/index.ts';
import type { AuditResult, Finding } from '../../model/index.ts';
import { printable } from '../../lib/printable.ts';
import { answerOf } from '../view/answer.ts';
import { factsOf } from '../view/facts.ts';
import { nextStepOf } from '../view/next-step.ts';
import { contextOf, primaryFirst } from '../view/places.ts';
import { isShown } from '../view/selection.ts';
import { idleWaiverLine, waiverLine } from '../view/waiver.ts';
import { verdictsOf } from '../view/verdicts.ts';

/** Index into `PageData.strings`; 0 is the empty text. */
type Text = number;

/** One finding as a tuple, because a report may hold 50,000; `client/decode.js` names the places. */
export type Row = readonly [
  id: Text,
  severity: number,
  confidence: Text,
  ruleId: Text,
  name: Text,
  masked: Text,
  answer: Text,
  answerSentence: Text,
  answeredAt: Text,
  lastKnown: Text,
  facts: readonly (readonly [label: Text, value: Text, fromToken: 0 | 1])[],
  verdicts: readonly (readonly [status: Text, check: Text, text: Text, remedy: Text])[],
  places: readonly (readonly [path: Text, line: number, column: number, context: Text])[],
  opens: Text,
  next: Text,
  /** The waiver that holds, or what the one that names the finding lacks. */
  waiver: Text,
  references: readonly Text[],
  /** 1 fails the run, 2 waived, 4 below the run's confidence; summed. */
  flags: number,
  /** Of all places; `places` holds the first of them. */
  placeCount: number,
  /** Address of its alert in code scanning. */
  alert: Text,
];

/** Places that the page names for one finding. */
const MAX_PLACES = 500;

export interface PageData {
  readonly strings: readonly string[];
  readonly rows: readonly Row[];
}

/** Every string once, already printable; the page sets them as text, never as markup. */
export function pageDataOf(result: AuditResult): PageData {
  const strings: string[] = [''];
  const known = new Map<string, Text>([['', 0]]);
  const text = (value: string | undefined): Text => {
    const safe = printable(value ?? '');
    const index = known.get(safe) ?? strings.push(safe) - 1;
    known.set(safe, index);
    return index;
  };
  return { strings, rows: result.findings.map((finding) => rowOf(finding, result, text)) };
}

function rowOf(finding: Finding, { minConfidence }: AuditResult, text: (value: string | undefined) => Text): Row {
  const { credential, waiver, idleWaiver } = finding;
  const answer = answerOf(finding);
  return [
    text(finding.id),
    SEVERITIES.indexOf(finding.severity),
    text(credential.confidence),
    text(finding.ruleId),
    text(credential.rule.name),
    text(credential.secret.masked),
    text(answer.word),
    text(answer.sentence),
    text(answer.at),
    text(answer.lastKnown),
    factsOf(finding).map(({ label, value, source }) => [text(label), text(value), source === 'token' && label !== 'found with' ? 1 : 0]),
    verdictsOf(finding).map((verdict) => [text(verdict.word), text(verdict.check), text(verdict.text), text(verdict.remedy)]),
    primaryFirst(credential.occurrences).slice(0, MAX_PLACES).map(({ origin, region }) => [text(pathOf(origin)), region.startLine, region.startColumn, text(contextOf(origin))]),
    text(credential.rule.opens),
    text(nextStepOf(finding)),
    text(waiver !== undefined ? waiverLine(waiver) : idleWaiver === undefined ? '' : idleWaiverLine(idleWaiver)),
    credential.rule.references.filter((reference) => /^https?:\/\//.test(reference)).map(text),
    (finding.failing ? 1 : 0) + (waiver === undefined ? 0 : 2) + (isShown(finding, minConfidence) ? 0 : 4),
    credential.occurrences.length,
    text(/^https?:\/\//.test(finding.alert?.url ?? '') ? finding.alert?.url : ''),
  ];
}

/** JSON that can stand in a `<script>`: nothing in it can end the element or start a comment. */
export function scriptSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
